"""Make the bundled fonts from their sources; run by hand, only when a source font changes.

    python installers/fonts.py WQY_MICROHEI.ttc HANAMIN_A.ttf HANAMIN_B.ttf

WenQuanYi Micro Hei is taken as it is. What it lacks and people's names and addresses need comes
from Hanazono Mincho, as a font of another name, so that neither licence nor system confuses them.
"""

import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont
from pypinyin.constants import PINYIN_DICT

FONTS = Path(__file__).resolve().parents[1] / "resources" / "fonts"
MAIN = "wqy-microhei.ttc"
RARE = "hanamin-rare.ttf"
FAMILY = "Kehu Rare"
POSTSCRIPT = "KehuRare-Regular"

SYMBOLS = (*range(0x2000, 0x2800), *range(0x2E80, 0x3400))
EXTENSION_A = range(0x3400, 0x4DC0)
IDEOGRAPHS = range(0x4E00, 0xA000)
COMPATIBILITY = range(0xF900, 0xFB00)
EXTENSION_B = range(0x20000, 0x2A6E0)
EXTENSION_D_E = range(0x2B740, 0x2CEB0)
EXTENSIONS = range(0x20000, 0x2EBF0)

# GB 18030-2000 put some characters into the private area that got a place of their own later;
# old files still hold them there. Its own codec knows the others: bytes FE50 to FEA0.
PRIVATE = {
    0xE816: 0x20087, 0xE817: 0x20089, 0xE818: 0x200CC, 0xE81E: 0x9FB4, 0xE826: 0x9FB5,
    0xE82B: 0x9FB6, 0xE82C: 0x9FB7, 0xE831: 0x215D7, 0xE832: 0x9FB8, 0xE83B: 0x2298F,
    0xE843: 0x9FB9, 0xE854: 0x9FBA, 0xE855: 0x241FE, 0xE864: 0x9FBB,
}  # fmt: skip


def private_area() -> dict[int, int]:
    """Code points of the private area that GB 18030 used, and where the characters are now."""
    found = dict(PRIVATE)
    trails = [trail for trail in range(0x50, 0xA1) if trail != 0x7F]
    for place, trail in enumerate(trails):
        char = ord(bytes([0xFE, trail]).decode("gb18030"))
        if not 0xE000 <= char < 0xF900:
            found[0xE815 + place] = char
    return found


def wanted(first: set[int], second: set[int], known: set[int]) -> tuple[set[int], set[int]]:
    """The characters to take from Hanazono A and B: all in common use that `known` lacks.

    A holds those beyond the first plane that national standards name; of B's, extensions D and E
    (names registered in China) come whole, the others when a dictionary gives their reading.
    """
    plane = {*SYMBOLS, *EXTENSION_A, *IDEOGRAPHS, *COMPATIBILITY}
    read = {char for char in PINYIN_DICT if char in EXTENSIONS and char not in EXTENSION_B}
    from_first = (first & (plane | set(EXTENSIONS))) - known
    from_second = (second & (set(EXTENSION_D_E) | read | (plane - first))) - known - from_first
    moved = set(private_area().values()) - known - from_first
    return from_first, from_second | (moved & second)


def subset(path: Path, characters: Iterable[int], target: Path) -> None:
    """Write the glyphs of `characters` alone, without layout tables and instructions."""
    options = Options()
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "vhea", "vmtx", "VORG", "gasp"]
    options.hinting = False
    options.glyph_names = False
    options.notdef_outline = True
    font = TTFont(path)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    font.save(target)


def rename(font: TTFont) -> None:
    """Give the font a family of its own; copyright and licence stay named in it."""
    names = font["name"]
    copyright_ = names.getDebugName(0)
    names.names = []
    texts = {
        0: copyright_,
        1: FAMILY,
        2: "Regular",
        3: f"{FAMILY} 1.0",
        4: FAMILY,
        5: "Version 1.0",
        6: POSTSCRIPT,
        13: "Subset of Hanazono Mincho (GlyphWiki), under the Hanazono Font License",
    }
    for number, text in texts.items():
        names.setName(text, number, 3, 1, 0x409)


def make_rare(main: Path, first: Path, second: Path) -> None:
    """Write the font of rare characters."""
    known = set(TTCollection(main).fonts[0].getBestCmap())
    sources = (first, second)
    have = [set(TTFont(path, lazy=True).getBestCmap()) for path in sources]
    with TemporaryDirectory() as folder:
        parts = [str(Path(folder) / path.name) for path in sources]
        for path, part, chars in zip(sources, parts, wanted(*have, known), strict=True):
            subset(path, chars, Path(part))
        font = Merger().merge(parts)
    for old, new in private_area().items():
        for table in font["cmap"].tables:
            if new in table.cmap:
                table.cmap[old] = table.cmap[new]
    rename(font)
    font.save(FONTS / RARE)
    print(f"{RARE}: {len(font.getBestCmap())} characters, {(FONTS / RARE).stat().st_size} bytes")


def main(arguments: list[str]) -> int:
    """Copy the main font and make the rare one."""
    if len(arguments) != 3:
        print(__doc__)
        return 2
    wqy, first, second = (Path(argument) for argument in arguments)
    FONTS.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(wqy, FONTS / MAIN)
    make_rare(wqy, first, second)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
