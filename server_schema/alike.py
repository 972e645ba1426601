"""What a customer is recognised by: phones, tax number and the core of the company's name.

Each is an SQL expression over one column, so that the database keeps it for every row, however the
row came in, and typed values are compared in the same form. The expressions are part of tables:
changing one needs a revision that makes the columns anew.
"""

import re
import unicodedata
from functools import cache

# Divided from the rest of a name: 广州市星河贸易有限公司 is 星河贸易 of 广州.
_PROVINCES = """
北京 天津 河北 山西 内蒙古 辽宁 吉林 黑龙江 上海 江苏 浙江 安徽 福建 江西 山东
河南 湖北 湖南 广东 广西 海南 重庆 四川 贵州 云南 西藏 陕西 甘肃 青海 宁夏 新疆
台湾 香港 澳门
"""
_CITIES = """
市辖区 石家庄 唐山 秦皇岛 邯郸 邢台 保定 张家口 承德 沧州 廊坊 衡水 太原 大同
阳泉 长治 晋城 朔州 晋中 运城 忻州 临汾 吕梁 呼和浩特 包头 乌海 赤峰 通辽
鄂尔多斯 呼伦贝尔 巴彦淖尔 乌兰察布 兴安 锡林郭勒 阿拉善 沈阳 大连 鞍山 抚顺 本溪
丹东 锦州 营口 阜新 辽阳 盘锦 铁岭 朝阳 葫芦岛 长春 四平 辽源 通化 白山 松原
白城 延边 哈尔滨 齐齐哈尔 鸡西 鹤岗 双鸭山 大庆 伊春 佳木斯 七台河 牡丹江 黑河
绥化 大兴安岭 南京 无锡 徐州 常州 苏州 南通 连云港 淮安 盐城 扬州 镇江 泰州 宿迁
杭州 宁波 温州 嘉兴 湖州 绍兴 金华 衢州 舟山 台州 丽水 合肥 芜湖 蚌埠 淮南
马鞍山 淮北 铜陵 安庆 黄山 滁州 阜阳 宿州 六安 亳州 池州 宣城 福州 厦门 莆田
三明 泉州 漳州 南平 龙岩 宁德 南昌 景德镇 萍乡 九江 新余 鹰潭 赣州 吉安 宜春
抚州 上饶 济南 青岛 淄博 枣庄 东营 烟台 潍坊 济宁 泰安 威海 日照 临沂 德州 聊城
滨州 菏泽 郑州 开封 洛阳 平顶山 安阳 鹤壁 新乡 焦作 濮阳 许昌 漯河 三门峡 南阳
商丘 信阳 周口 驻马店 武汉 黄石 十堰 宜昌 襄阳 鄂州 荆门 孝感 荆州 黄冈 咸宁
随州 恩施 长沙 株洲 湘潭 衡阳 邵阳 岳阳 常德 张家界 益阳 郴州 永州 怀化 娄底
湘西 广州 韶关 深圳 珠海 汕头 佛山 江门 湛江 茂名 肇庆 惠州 梅州 汕尾 河源 阳江
清远 东莞 中山 潮州 揭阳 云浮 南宁 柳州 桂林 梧州 北海 防城港 钦州 贵港 玉林
百色 贺州 河池 来宾 崇左 海口 三亚 三沙 儋州 成都 自贡 攀枝花 泸州 德阳 绵阳
广元 遂宁 内江 乐山 南充 眉山 宜宾 广安 达州 雅安 巴中 资阳 阿坝 甘孜 凉山 贵阳
六盘水 遵义 安顺 毕节 铜仁 黔西南 黔东南 黔南 昆明 曲靖 玉溪 保山 昭通 丽江 普洱
临沧 楚雄 红河 文山 西双版纳 大理 德宏 怒江 迪庆 拉萨 日喀则 昌都 林芝 山南 那曲
阿里 西安 铜川 宝鸡 咸阳 渭南 延安 汉中 榆林 安康 商洛 兰州 嘉峪关 金昌 白银
天水 武威 张掖 平凉 酒泉 庆阳 定西 陇南 临夏 甘南 西宁 海东 海北 黄南 果洛 玉树
海西 银川 石嘴山 吴忠 固原 中卫 乌鲁木齐 克拉玛依 吐鲁番 哈密 昌吉 博尔塔拉
巴音郭楞 阿克苏 克孜勒苏 喀什 和田 伊犁 塔城 阿勒泰 北京 上海 天津 重庆 香港 澳门
"""

PROVINCES, CITIES = _PROVINCES.split(), _CITIES.split()
_HAN = "[\u4e00-\u9fff]"
_ENDINGS = "壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区|自治州|地区|省|市|盟|县|区"
_PLACES = "|".join(sorted({*PROVINCES, *CITIES}, key=lambda word: (-len(word), word)))
# 华联超市, 大地市政 and 阳光小区 are no towns.
_TOWN = f"(?:{_HAN}{{2,3}}(?<![超夜门上都城股集花菜闹])市(?![政场井民面值集容]))?"
_QUARTER = f"(?:{_HAN}{{1,3}}(?<![小社园景特校厂山])[区县旗])?"
_AUTONOMOUS = f"^{_HAN}{{2,14}}自治[州县旗](?=..)"  # with the people and the places before it
_PLACE = f"(?:(?:{_PLACES})(?:{_ENDINGS})?)"
_FORMS = (
    "有限责任公司|股份有限公司|集团有限公司|有限公司|股份公司|集团公司|总公司|公司|集团|股份"
    "|有限合伙企业|合伙企业|[(](?:有限合伙|普通合伙|特殊普通合伙|个体工商户|个人独资)[)]"
)
# Of another place or not, a branch is the company whose name stands before it.
_BRANCH = f"[(]?{_HAN}{{0,8}}(?:分公司|办事处)[)]?$"
# Written out: which characters are letters would depend on the server's locale.
_MARKS = (
    r"\u0001-\u0027\u002a-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf"
    r"\u2000-\u206f\u3000-\u3004\u3008-\u3020"
)
_FOREIGN = "co|company|ltd|limited|inc|llc|gmbh|corp|corporation|plc|pty|bv|ag|kg|srl|spa"


# Of places and legal forms in traditional characters: the other words are known by their sound.
_TRADITIONAL = """
廣广 東东 雲云 內内 龍龙 蘇苏 無无 錫锡 寧宁 灣湾 陝陕 肅肃 貴贵 慶庆 門门 漢汉 濟济 瀋沈 陽阳
連连 撫抚 錦锦 營营 鐵铁 嶺岭 蘆芦 長长 遼辽 爾尔 濱滨 齊齐 雞鸡 鶴鹤 崗岗 雙双 鴨鸭 綏绥 興兴
揚扬 鎮镇 鹽盐 遷迁 溫温 紹绍 華华 臺台 麗丽 蕪芜 馬马 銅铜 廈厦 巖岩 贛赣 饒饶 濰潍 煙烟 臨临
萊莱 棗枣 莊庄 鄭郑 開开 頂顶 鄉乡 許许 峽峡 駐驻 黃黄 荊荆 岡冈 隨随 張张 懷怀 婁娄 頭头 關关
遠远 欽钦 賓宾 瀘泸 綿绵 樂乐 達达 資资 壩坝 涼凉 盤盘 義义 畢毕 紅红 納纳 薩萨 則则 寶宝 蘭兰
銀银 隴陇 樹树 吳吴 衛卫 魯鲁 縣县 區区 別别 責责 團团 總总 維维 國国
"""
_OLD, _NEW = ("".join(pair[n] for pair in _TRADITIONAL.split()) for n in (0, 1))


def _plain(column: str) -> str:
    """Lower case, the half-wide form of each character, and foreign legal forms gone."""
    folded = f"translate(lower(normalize({column}, NFKC)), '{_OLD}', '{_NEW}')"
    return f"regexp_replace({folded}, '(?:[ ,.&]+(?:{_FOREIGN})[.]?)+ *$', '')"


def _letters(column: str) -> str:
    """Without blanks and marks, but with brackets."""
    return f"regexp_replace({_plain(column)}, '[{_MARKS}]+', '', 'g')"


def _formless(text: str) -> str:
    """The name without its legal form, its branch, and a place in brackets."""
    placeless = f"regexp_replace({text}, '[(](?:中国|集团|{_PLACE}+)[)]', '', 'g')"
    whole = f"regexp_replace({placeless}, '公司{_BRANCH}', '公司')"
    return f"regexp_replace({whole}, '(?:{_FORMS})+$', '')"


def core(column: str) -> str:
    """An SQL expression for the core of a name: without place and legal form, if two characters
    remain.
    """
    whole = f"regexp_replace({_formless(_letters(column))}, '{_AUTONOMOUS}', '')"
    return f"regexp_replace({whole}, '^{_PLACE}*{_TOWN}{_QUARTER}(?=..)', '')"


@cache
def _core_parts() -> tuple[re.Pattern[str], ...]:
    """What `core` takes out, in its order."""
    return tuple(
        map(
            re.compile,
            (
                rf"(?:[ ,.&]+(?:{_FOREIGN})[.]?)+ *$",
                rf"[{_MARKS}]+",
                rf"[(](?:中国|集团|{_PLACE}+)[)]",
                f"(?<=公司){_BRANCH}",
                rf"(?:{_FORMS})+$",
                _AUTONOMOUS,
                rf"^{_PLACE}*{_TOWN}{_QUARTER}(?=..)",
            ),
        )
    )


def core_of(name: str) -> str:
    """What the SQL expression `core` makes of a name, computed in Python."""
    plain = unicodedata.normalize("NFKC", name).lower().translate(str.maketrans(_OLD, _NEW))
    for part in _core_parts():
        plain = part.sub("", plain)
    return plain


def places(column: str, words: list[str]) -> str:
    """Which of `words` a name names at its beginning or in brackets, as an array."""
    found = f"(?:^|[(])({_PLACE}+)"
    said = (
        f"concat_ws(' ', (SELECT string_agg(m[1], ' ') FROM regexp_matches("
        f"{_letters(column)}, '{found}', 'g') m))"
    )
    every = "|".join(sorted(words, key=lambda word: (-len(word), word)))
    return f"ARRAY(SELECT DISTINCT m[1] FROM regexp_matches({said}, '({every})', 'g') m)"


def phone(column: str) -> str:
    """The digits of a phone without country code and extension. NULL for less than seven.

    Of several numbers in one field it is the first.
    """
    first = f"(regexp_split_to_array(lower(normalize({column}, NFKC)), ' *[/;,、|] *'))[1]"
    marked = "(?:转|内线|分机|ext[.:]?|x|#|[*])[ :]*[0-9]+"
    bracketed = "[(] *(?:转|分机|ext[.:]?)? *[0-9]{1,5} *[)]"
    direct = f"regexp_replace({first}, ' *(?:{marked}|{bracketed}) *$', '')"
    # A last group behind the eight or seven digits of a landline is an extension.
    area = "(?:(?:[+]|00)?86[ -]*[(]?[0-9]{2,4}[)]?[ -]*|[(]?0[0-9]{2,3}[)]?[ -]*)"
    landline = f"^((?:{area}[0-9]|[2-9])[0-9]{{2,3}}[ -]?[0-9]{{4}}) *-[0-9]{{1,5}} *$"
    shorter = f"regexp_replace({direct}, '{landline}', '\\1')"
    digits = f"regexp_replace({shorter}, '[^0-9+]+', '', 'g')"
    own = f"regexp_replace({digits}, '^(?:[+]|00)?86(?=[2-9][0-9]{{8,10}}$|10[0-9]{{8}}$)', '0')"
    own = f"regexp_replace({own}, '^(?:(?:[+]|00)86|00|86(?=0[1-9][0-9]{{8,10}}$))', '')"
    # 86 before a mobile number, and the 0 that some put before one, or that now stands before 400.
    own = f"regexp_replace({own}, '^(?:86|0)(1[3-9][0-9]{{9}}|[48]00[0-9]{{7}})$', '\\1')"
    own = f"regexp_replace({own}, '[^0-9]+', '', 'g')"
    return f"CASE WHEN length({own}) >= 7 THEN left({own}, 20) END"


def tax(column: str) -> str:
    """Letters and digits of a tax number in capitals. NULL for less than eight."""
    plain = f"regexp_replace(upper(normalize({column}, NFKC)), '[^0-9A-Z]+', '', 'g')"
    return f"CASE WHEN length({plain}) >= 8 THEN {plain} END"


WORDS = {
    "core_of_name": core("name"),
    "provinces_of_name": places("name", PROVINCES),
    "cities_of_name": places("name", CITIES),
    "key_of_phone": phone("phone"),
    "key_of_mobile": phone("mobile"),
    "key_of_tax_number": tax("tax_number"),
}
