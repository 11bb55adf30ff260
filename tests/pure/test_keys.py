"""Which keys there are, and where each may go."""

import pytest

from ...const import API_BASE
from ...stripe_api.gateway import ForbiddenBaseError, StripeGateway, check_base
from ...stripe_api.keys import InvalidKeyError, is_live

TEST_KEY = "sk_test_simulator"
LIVE_KEY = "sk_live_simulator"


@pytest.mark.parametrize("key", [TEST_KEY, LIVE_KEY, "rk_live_simulator"])
@pytest.mark.parametrize("base", ["", API_BASE, API_BASE + "/"])
def test_every_key_may_go_to_stripe(base: str, key: str) -> None:
    assert check_base(base, key) == API_BASE


@pytest.mark.parametrize(
    ("base", "origin"),
    [
        ("http://127.0.0.1:12111", "http://127.0.0.1:12111"),
        ("http://localhost:12111/", "http://localhost:12111"),
        ("https://localhost", "https://localhost"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_only_test_keys_may_go_to_a_simulator(base: str, origin: str) -> None:
    assert check_base(base, TEST_KEY) == origin
    for live in (LIVE_KEY, "rk_live_simulator"):
        with pytest.raises(ForbiddenBaseError):
            check_base(base, live)


@pytest.mark.parametrize(
    "base",
    [
        "http://api.stripe.com",
        "https://api.stripe.com.example.org",
        "https://api.stripe.com:444",
        "https://api.stripe.com/v1",
        "https://user@api.stripe.com",
        "http://example.org",
        "http://192.168.0.1:12111",
        "http://0.0.0.0:12111",
        "http://127.0.0.2:12111",
        "http://127.0.0.1.example.org",
        "http://localhost.example.org",
        "http://localhost@example.org",
        "http://example.org#@localhost",
        "http://example.org\\@localhost",
        "http://localhost:80@example.org",
        "http://localhost:12111/path",
        "http://localhost:12111?x=",
        "http://localhost:12111#",
        "http://localhost\n",
        "ftp://localhost",
        "file:///localhost",
        "localhost:12111",
        "//localhost",
        "http://",
        " ",
    ],
)
@pytest.mark.parametrize("key", [TEST_KEY, LIVE_KEY])
def test_no_key_goes_anywhere_else(base: str, key: str) -> None:
    with pytest.raises(ForbiddenBaseError):
        check_base(base, key)
    with pytest.raises(ForbiddenBaseError):
        StripeGateway(key, base)


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("", "malformed"),
        ("sk_test_", "malformed"),
        ("sk_test_simulator\n", "malformed"),
        (" sk_test_simulator", "malformed"),
        ("SK_TEST_SIMULATOR", "malformed"),
        ("sk_other_simulator", "malformed"),
        ("sk_test_simulator sk_test_simulator", "malformed"),
        ("acct_1simulator", "malformed"),
        ("pk_test_simulator", "publishable"),
        ("pk_live_simulator", "publishable"),
        ("whsec_simulator", "webhook"),
    ],
)
def test_what_is_no_secret_key_is_refused(key: str, reason: str) -> None:
    with pytest.raises(InvalidKeyError) as caught:
        StripeGateway(key)
    assert caught.value.reason == reason
    assert not key.strip() or key.strip() not in str(caught.value)


@pytest.mark.parametrize(
    ("key", "live"),
    [
        ("sk_test_simulator", False),
        ("rk_test_simulator", False),
        ("sk_live_simulator", True),
        ("rk_live_simulator", True),
    ],
)
def test_the_mode_is_in_the_key(key: str, live: bool) -> None:
    assert is_live(key) is live
    assert StripeGateway(key).livemode is live
