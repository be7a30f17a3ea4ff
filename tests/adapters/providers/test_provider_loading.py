"""Providers are found by folder; odd ones and unusable settings stop the start."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from backend.adapters import providers
from backend.adapters.provider_kit.settings import BadSetting
from tests.adapters.providers.profile import PROFILES

MODULES = [path for path in Path(providers.__file__).parent.glob("*.py") if path.stem != "__init__"]

FIFTH = """
from backend.adapters.provider_kit.settings import Setting
from backend.adapters.providers import viettel
from dataclasses import replace

SETTINGS = (Setting("FIFTH_BASE_URL", "http://localhost:1", "Where it is"),)


def make(settings, clock):
    provider = viettel.make(settings, clock)
    provider.descriptor = replace(provider.descriptor, slug="fifth", name="Năm CA", app_name="Năm")
    return provider
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A second folder of provider modules beside the real one."""
    monkeypatch.setattr(providers, "__path__", [*providers.__path__, str(tmp_path)])

    def write(text: str, name: str = "fifth") -> None:
        (tmp_path / f"{name}.py").write_text(text)
        monkeypatch.delitem(sys.modules, f"backend.adapters.providers.{name}", raising=False)

    yield write
    for name in [each for each in sys.modules if each.startswith("backend.adapters.providers.fifth")]:
        del sys.modules[name]


def test_every_module_of_the_folder_is_a_provider(clock):
    loaded = providers.load_all({"PROVIDERS": ",".join(path.stem for path in MODULES)}, clock)
    told = {slug: (p.descriptor.name, p.descriptor.needs_password) for slug, p in loaded.items()}
    assert sorted(told) == sorted(path.stem for path in MODULES)
    assert (told["viettel"], told["vnpt"]) == (("VIETTEL CA", False), ("VNPT CA", True))


def test_a_provider_that_must_be_named_is_offered_only_where_it_is(clock):
    usual = providers.load_all({}, clock)
    assert set(usual) == {path.stem for path in MODULES} - {"csc"}
    assert list(providers.load_all({"PROVIDERS": "csc"}, clock)) == ["csc"]
    assert not any(each.name.startswith("CSC_") for each in providers.all_settings({}))
    assert "CSC_BASE_URL" in [each.name for each in providers.documented_settings()]


def test_every_module_is_tried_by_the_conformance_suite():
    assert {path.stem for path in MODULES} - {profile.slug for profile in PROFILES} == set()


def test_a_fifth_provider_is_one_module(folder, clock):
    folder(FIFTH)
    assert providers.load_all({}, clock)["fifth"].descriptor.name == "Năm CA"
    assert "FIFTH_BASE_URL" in [each.name for each in providers.all_settings({})]


def test_only_the_wanted_providers_are_offered(clock):
    assert list(providers.load_all({"PROVIDERS": "vnpt"}, clock)) == ["vnpt"]
    assert not any(each.name.startswith("VIETTEL") for each in providers.all_settings({"PROVIDERS": "vnpt"}))


def test_an_unknown_wanted_provider_stops_the_start(clock):
    with pytest.raises(BadSetting, match="misa2"):
        providers.load_all({"PROVIDERS": "vnpt, misa2"}, clock)
    assert providers.setting_problems({"PROVIDERS": "misa2"}, production=False) == [
        "PROVIDERS: no such provider: misa2"
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("SETTINGS = ()", "make"),
        ("def make(settings, clock): ...", "SETTINGS"),
        ("SETTINGS = ['x']\ndef make(settings, clock): ...", "SETTINGS"),
        (FIFTH.replace("FIFTH_BASE", "VNPT_BASE"), "another's setting"),
        (FIFTH.replace('it is"),)', 'it is"),) * 2'), "twice"),
        (FIFTH.replace('slug="fifth"', 'slug="other"'), "another slug"),
        (FIFTH.replace('name="Năm CA"', 'name=""'), "no name"),
        (FIFTH.replace('app_name="Năm"', "max_batch=0"), "limit of zero"),
        ("SETTINGS = ()\ndef make(settings, clock): return object()", "descriptor"),
    ],
)
def test_an_odd_module_stops_the_start(folder, clock, text, reason):
    folder(text)
    with pytest.raises(providers.OddProvider, match=reason):
        providers.load_all({}, clock)


def test_a_provider_without_one_of_the_five_methods_stops_the_start(folder, clock):
    folder(
        FIFTH.replace(
            "    return provider",
            "    class Mute: descriptor = provider.descriptor\n    return Mute()",
        )
    )
    with pytest.raises(providers.OddProvider, match="open_session"):
        providers.load_all({}, clock)


def test_a_module_with_a_name_that_is_no_slug_stops_the_start(folder, clock):
    folder(FIFTH, "fifth_ca")
    with pytest.raises(providers.OddProvider, match="fifth_ca"):
        providers.load_all({}, clock)


def test_the_defaults_are_the_sandbox_on_its_port():
    texts = {each.name: each.text({"SANDBOX_PORT": "9123"}) for each in providers.all_settings({})}
    assert texts["VIETTEL_BASE_URL"] == "http://localhost:9123/viettel"
    assert texts["VNPT_BASE_URL"] == "http://localhost:9123/vnpt"
    assert next(e for e in providers.all_settings({}) if e.name == "VNPT_BASE_URL").text({}).endswith(":8001/vnpt")


def test_every_setting_says_what_it_means_and_secrets_are_marked():
    settings = providers.all_settings({})
    assert all(each.meaning for each in settings)
    named = {each.name for each in settings if each.name.endswith(("_SECRET", "_PASSWORD", "_KEY"))}
    assert {each.name for each in settings if each.secret} == named


GOOD = {
    "PROVIDERS": "viettel,vnpt",
    "VIETTEL_BASE_URL": "https://remotesigning.viettel.vn",
    "VIETTEL_CLIENT_ID": "kbnn",
    "VIETTEL_CLIENT_SECRET": "f" * 40,
    "VNPT_BASE_URL": "https://gwsca.vnpt.vn",
    "VNPT_CLIENT_ID": "kbnn.apps",
    "VNPT_CLIENT_SECRET": "other",
}


def test_real_settings_are_fit_for_production():
    assert providers.setting_problems(GOOD, production=True) == []


def test_sandbox_defaults_are_fit_for_development_and_not_for_production():
    assert providers.setting_problems({}, production=False) == []
    ours = {"PROVIDERS": GOOD["PROVIDERS"]}
    named = {problem.partition(":")[0] for problem in providers.setting_problems(ours, production=True)}
    assert named == set(GOOD) - {"PROVIDERS"}


@pytest.mark.parametrize(
    "url",
    [
        "http://gwsca.vnpt.vn",
        "https://localhost/vnpt",
        "https://127.0.0.1",
        "https://[::1]:8443",
        "https://10.0.0.5",
        "https://192.168.1.1",
        "https://169.254.169.254",
        "https://sandbox.local",
    ],
)
def test_a_url_that_is_not_https_on_the_open_net_is_unsafe(url):
    (problem,) = providers.setting_problems({**GOOD, "VNPT_BASE_URL": url}, production=True)
    assert problem.startswith("VNPT_BASE_URL")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VNPT_BASE_URL", "ftp://a"),
        ("VNPT_BASE_URL", "https://user:pass@a"),
        ("VNPT_BASE_URL", "https://a?x=1"),
        ("VNPT_BASE_URL", "https://a:99999"),
        ("VNPT_BASE_URL", "https://"),
        ("VNPT_PROFILE", "unheard-of"),
        ("VNPT_MAX_BATCH", "0"),
        ("VNPT_MAX_BATCH", "1.5"),
        ("VNPT_LIFE_S", "-1"),
        ("VIETTEL_ASYNC", "4"),
        ("VIETTEL_CA_BUNDLE", "/nowhere/at/all.pem"),
        ("VIETTEL_POLL_INTERVAL_S", "0"),
        ("VIETTEL_POLL_INTERVAL_S", "nan"),
        ("VIETTEL_TOTAL_TIMEOUT_S", "soon"),
        ("VIETTEL_TOTAL_TIMEOUT_S", "inf"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_and_stops_the_start(clock, name, value):
    problems = providers.setting_problems({name: value}, production=False)
    assert [problem.partition(":")[0] for problem in problems] == [name]
    with pytest.raises(BadSetting, match=name):
        providers.load_all({name: value}, clock)


def test_the_value_of_an_unusable_setting_is_not_told():
    (problem,) = providers.setting_problems({**GOOD, "VNPT_BASE_URL": "https://user:canary@a"}, production=True)
    assert "canary" not in problem


def test_poll_interval_life_and_batch_can_be_set(clock):
    settings = {"VIETTEL_POLL_INTERVAL_S": "0.05", "VIETTEL_LIFE_S": "9", "VIETTEL_MAX_BATCH": "3"}
    descriptor = providers.load_all(settings, clock)["viettel"].descriptor
    assert (descriptor.poll_interval_s, descriptor.life_s, descriptor.max_batch) == (0.05, 9, 3)
