"""Settings: environment over YAML over defaults, and one line that names what is wrong."""

import pytest

from infra.settings_files import files
from shared.settings import Settings, SettingsError, read_settings

NEEDED = {
    "REVENGE_DATABASE_URL": "postgresql://localhost/x",
    "ANALYTICS_CALLER_AUTH": "hmac",
    "ANALYTICS_CALLER_SECRET": "s" * 32,
}


def read(environment: dict[str, str] | None = None, yaml: str = "") -> Settings:
    return read_settings(NEEDED | (environment or {}), yaml)


def test_the_environment_beats_the_file_and_the_file_the_default() -> None:
    yaml = "analytics:\n  retention_days: 30\n  session_timeout_seconds: 60\n"
    read_both = read({"ANALYTICS_RETENTION_DAYS": "10"}, yaml)
    assert read_both.analytics_retention_days == 10
    assert read_both.analytics_session_timeout_seconds == 60
    assert read_both.analytics_timezone == "UTC"


def test_nested_yaml_and_flat_yaml_mean_the_same() -> None:
    nested = read(yaml="analytics: {sharing_detection: {merge_hours: 2}}")
    flat = read(yaml="analytics: {sharing_detection_merge_hours: 2}")
    assert nested == flat


def test_the_hosts_prefix_is_accepted_on_any_setting() -> None:
    assert read({"REVENGE_ANALYTICS_RETENTION_DAYS": "7"}).analytics_retention_days == 7


def test_variables_of_others_are_left_alone() -> None:
    assert read({"REVENGE_THEME": "dark", "PATH": "/bin"}) == read()


def test_an_empty_variable_is_as_good_as_none() -> None:
    assert read({"ANALYTICS_RETENTION_DAYS": ""}).analytics_retention_days == 90


@pytest.mark.parametrize(
    ("environment", "yaml", "message"),
    [
        ({"ANALYTICS_RETENTION_DAYS": "soon"}, "", "ANALYTICS_RETENTION_DAYS: "),
        ({"ANALYTICS_RETENTION_DAYS": "0"}, "", "ANALYTICS_RETENTION_DAYS: "),
        ({"ANALYTICS_RETENTION_DAY": "9"}, "", "did you mean ANALYTICS_RETENTION_DAYS?"),
        ({"ANALYTICS_TIMEZONE": "Mars/Olympus"}, "", "ANALYTICS_TIMEZONE: is no IANA time zone"),
        ({"ANALYTICS_TIMEZONE": "localtime"}, "", "ANALYTICS_TIMEZONE: is no IANA time zone"),
        ({"ANALYTICS_TIMEZONE": "Factory"}, "", "ANALYTICS_TIMEZONE: is no IANA time zone"),
        ({"ANALYTICS_CALLER_SECRET": ""}, "", "ANALYTICS_CALLER_SECRET is missing"),
        ({"ANALYTICS_CALLER_AUTH": ""}, "", "ANALYTICS_CALLER_AUTH is missing"),
        ({"ANALYTICS_CALLER_AUTH": "oidc"}, "", "ANALYTICS_CALLER_ACCOUNTS is missing"),
        ({"REVENGE_ENCRYPTION_KEY": "short"}, "", "REVENGE_ENCRYPTION_KEY: is no key of 32"),
        ({"REVENGE_DATABASE_URL": ""}, "", "REVENGE_DATABASE_URL is missing"),
        (
            {"ANALYTICS_TASKS_QUEUE": "projects/p/locations/l/queues/q"},
            "",
            "ANALYTICS_TASKS_DETECT_URL is missing",
        ),
        (
            {
                "ANALYTICS_CALLER_AUTH": "iam",
                "ANALYTICS_CALLER_ACCOUNTS": "a@example.org",
                "ANALYTICS_TASKS_QUEUE": "projects/p/locations/l/queues/q",
                "ANALYTICS_TASKS_DETECT_URL": "https://detect.example",
                "ANALYTICS_TASKS_NOTIFY_URL": "https://notify.example",
            },
            "",
            "ANALYTICS_TASKS_SERVICE_ACCOUNT is missing",
        ),
        ({}, "analytics: {retention_dayz: 1}", "analytics.retention_dayz is no setting"),
        ({}, "- a\n- b", "config.yaml must hold a mapping"),
        ({}, "a: [", "config.yaml is no YAML"),
    ],
)
def test_a_wrong_setting_is_named_in_one_line(
    environment: dict[str, str], yaml: str, message: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        read(environment, yaml)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_secrets_do_not_show_when_settings_are_printed() -> None:
    assert "s" * 32 not in repr(read())


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name)
def test_the_files_that_show_the_settings_are_up_to_date(path: object) -> None:
    shown = {str(path): text for path, text in files().items()}
    with open(str(path), encoding="utf-8") as file:  # noqa: PTH123
        assert file.read() == shown[str(path)], "settings have changed: run make settings"


def test_the_example_file_is_accepted_once_uncommented() -> None:
    [example] = [text for path, text in files().items() if path.name == "config.example.yaml"]
    uncommented = [
        line.replace("# ", "", 1) for line in example.splitlines() if line.startswith("  # ")
    ]
    values = [line for line in uncommented if ": " in line and line.split(":")[0].strip().islower()]
    settings = [line for line in values if f"analytics_{line.split(':')[0].strip()}" in KNOWN]
    assert read(yaml="analytics:\n" + "\n".join(settings)) == read()


KNOWN = set(Settings.model_fields)
