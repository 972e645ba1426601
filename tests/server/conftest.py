"""What tests of the server begin with."""

import pytest

from tests.server import samples


@pytest.fixture(scope="module")
def of_ann(office):
    """A customer of Ann's."""
    return samples.customer(office, "ann", "Of Ann")
