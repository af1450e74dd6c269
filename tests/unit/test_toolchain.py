"""Where Terraform and its provider come from, on machines made of temporary directories."""

import stat
import threading
from pathlib import Path

import pytest

from scripts.toolchain.cli_config import implied_mirrors, read_cli_config
from scripts.toolchain.errors import ProviderMissingError, TerraformMissingError
from scripts.toolchain.locked_providers import Provider, read_lock_file
from scripts.toolchain.mirror_search import find_mirrors
from scripts.toolchain.provider_source import Surroundings, choose_source
from scripts.toolchain.registry import registry_answers
from scripts.toolchain.terraform_binary import find_terraform

pytestmark = pytest.mark.unit

HOST = "registry.example"
AWS = Provider(HOST, "hashicorp", "aws", "5.100.0")
PLATFORM = "linux_amd64"


def hold(directory: Path, provider: Provider = AWS, platform: str = PLATFORM) -> Path:
    """Make a directory hold a provider, unpacked."""
    (directory / provider.address / provider.version / platform).mkdir(parents=True)
    return directory


class Machine:
    """A machine with a home, places to search, and a registry that answers or not."""

    def __init__(self, directory: Path, *, online: bool = False, **environment: str) -> None:
        self.home = directory / "home"
        self.place = directory / "opt"
        self.root = directory / "stack"
        self.config_file = directory / "build" / "mirror.tfrc"
        self.asked: list[str] = []
        for path in (self.home, self.place, self.root):
            path.mkdir()
        self.environment = {"XDG_DATA_DIRS": str(directory / "share"), **environment}
        self.online = online

    def choose(self, *providers: Provider):
        def answers(host: str) -> bool:
            self.asked.append(host)
            return self.online

        around = Surroundings(self.environment, self.home, answers, [self.place])
        return choose_source(
            providers or (AWS,), PLATFORM, root=self.root, config_file=self.config_file, around=around
        )


def test_the_users_provider_installation_is_left_alone(tmp_path):
    machine = Machine(tmp_path)
    (machine.home / ".terraformrc").write_text("provider_installation {\n  direct {}\n}\n")
    hold(machine.place)
    assert machine.choose().environment() == {}
    assert machine.asked == []


def test_a_cli_configuration_that_names_no_file_is_no_error(tmp_path):
    machine = Machine(tmp_path, TF_CLI_CONFIG_FILE=str(tmp_path / "nowhere.tfrc"))
    hold(machine.place)
    assert machine.choose().config_file == machine.config_file


def test_a_named_cli_configuration_hides_the_one_at_home(tmp_path):
    (tmp_path / ".terraformrc").write_text("provider_installation {}\n")
    named = tmp_path / "named.tfrc"
    named.write_text("disable_checkpoint = true\n")
    assert not read_cli_config({"TF_CLI_CONFIG_FILE": str(named)}, tmp_path).decides_installation
    assert read_cli_config({}, tmp_path).decides_installation


def test_implied_mirrors_come_before_the_registry(tmp_path):
    machine = Machine(tmp_path, online=True)
    hold(machine.home / ".terraform.d" / "plugins")
    assert machine.choose().environment() == {}
    assert machine.asked == []


def test_data_dirs_are_implied_mirrors(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.platform", "linux")
    mirrors = implied_mirrors(tmp_path, {"XDG_DATA_DIRS": "/a:/b"}, Path("/home/me"))
    assert [str(path) for path in mirrors[1:]] == [
        "/home/me/.terraform.d/plugins",
        "/home/me/.local/share/terraform/plugins",
        "/a/terraform/plugins",
        "/b/terraform/plugins",
    ]


def test_a_registry_that_answers_comes_before_a_mirror_that_nobody_named(tmp_path):
    machine = Machine(tmp_path, online=True)
    hold(machine.place)
    assert machine.choose().environment() == {}
    assert machine.asked == [HOST]


def test_without_a_registry_a_mirror_on_the_machine_is_used(tmp_path):
    machine = Machine(tmp_path)
    mirror = hold(machine.place / "images" / "terraform")
    source = machine.choose()
    assert source.environment() == {"TF_CLI_CONFIG_FILE": str(machine.config_file)}
    assert machine.config_file.read_text() == (
        "provider_installation {\n"
        "  filesystem_mirror {\n"
        f'    path    = "{mirror}"\n'
        f'    include = ["{HOST}/hashicorp/aws"]\n'
        "  }\n"
        "}\n"
    )


def test_a_packed_provider_is_found_too(tmp_path):
    machine = Machine(tmp_path)
    home = machine.place / HOST / "hashicorp" / "aws"
    home.mkdir(parents=True)
    (home / f"terraform-provider-aws_5.100.0_{PLATFORM}.zip").touch()
    assert machine.choose().config_file is not None


@pytest.mark.parametrize(
    "other", [Provider(HOST, "hashicorp", "aws", "5.99.0"), Provider(HOST, "else", "aws", "5.100.0")]
)
def test_a_mirror_of_something_else_does_not_do(tmp_path, other):
    machine = Machine(tmp_path)
    hold(machine.place, other)
    with pytest.raises(ProviderMissingError):
        machine.choose()


def test_a_mirror_for_another_platform_does_not_do(tmp_path):
    machine = Machine(tmp_path)
    hold(machine.place, platform="darwin_arm64")
    with pytest.raises(ProviderMissingError):
        machine.choose()


def test_providers_may_lie_in_different_mirrors(tmp_path):
    random = Provider(HOST, "hashicorp", "random", "3.7.2")
    machine = Machine(tmp_path)
    first, second = hold(machine.place / "a"), hold(machine.place / "b", random)
    machine.choose(AWS, random)
    text = machine.config_file.read_text()
    assert (
        text.index(str(first)) < text.index("hashicorp/aws") < text.index(str(second)) < text.index("random")
    )


def test_the_users_other_settings_are_kept_and_kept_private(tmp_path):
    machine = Machine(tmp_path)
    (machine.home / ".terraformrc").write_text('credentials "tf.example" {\n  token = "secret"\n}\n')
    hold(machine.place)
    machine.choose()
    assert machine.config_file.read_text().startswith(
        'credentials "tf.example" {\n  token = "secret"\n}\n\nprovider_'
    )
    assert stat.S_IMODE(machine.config_file.stat().st_mode) == 0o600


def test_the_mirror_that_worked_is_not_searched_again(tmp_path):
    machine = Machine(tmp_path)
    hold(machine.place)
    machine.choose()
    machine.choose()
    assert machine.asked == [HOST]


def test_a_mirror_that_is_gone_is_searched_again(tmp_path):
    machine = Machine(tmp_path)
    mirror = hold(machine.place / "old")
    machine.choose()
    mirror.rename(machine.place / "new")
    machine.choose()
    assert str(machine.place / "new") in machine.config_file.read_text()


def test_a_plugin_cache_serves_as_a_mirror(tmp_path):
    cache = hold(tmp_path / "cache")
    machine = Machine(tmp_path, TF_PLUGIN_CACHE_DIR=str(cache))
    assert str(cache) in machine.choose().description


def test_a_missing_provider_is_one_message_with_what_was_tried_and_the_repair(tmp_path):
    with pytest.raises(ProviderMissingError) as caught:
        Machine(tmp_path).choose()
    lines = str(caught.value).splitlines()
    assert lines[0] == f"Terraform's provider is missing: {HOST}/hashicorp/aws 5.100.0 ({PLATFORM})."
    assert lines[1].startswith("  tried  ")
    assert "  repair   connect this machine to registry.example" in str(caught.value)
    assert "terraform providers mirror -platform=linux_amd64" in str(caught.value)


def test_the_search_finds_the_shallow_first_and_skips_work_directories(tmp_path):
    deep, shallow = hold(tmp_path / "a" / "b" / "c"), hold(tmp_path / "z")
    hold(tmp_path / "project" / ".terraform" / "providers")
    assert list(find_mirrors({HOST}, [tmp_path])) == [shallow, deep]


def test_the_search_is_bounded_in_depth(tmp_path):
    hold(tmp_path / "1" / "2" / "3")
    assert list(find_mirrors({HOST}, [tmp_path], depth=2)) == []
    assert list(find_mirrors({HOST}, [tmp_path], depth=3)) == [tmp_path / "1" / "2" / "3"]


def test_the_search_is_bounded_in_time(tmp_path):
    hold(tmp_path / "1" / "2")
    ticks = iter([0.0, 0.5, 1.5])
    assert list(find_mirrors({HOST}, [tmp_path], seconds=1.0, clock=lambda: next(ticks))) == []


def test_the_search_survives_links_in_circles_and_closed_directories(tmp_path):
    (tmp_path / "circle").symlink_to(tmp_path)
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)
    mirror = hold(tmp_path / "m")
    assert list(find_mirrors({HOST}, [tmp_path, tmp_path / "nowhere"])) == [mirror]
    closed.chmod(0o700)


def test_the_lock_file_of_the_stack_names_its_providers():
    root = Path(__file__).resolve().parents[2]
    (aws,) = read_lock_file(root / "infra" / "stacks" / "bike-rental" / ".terraform.lock.hcl")
    assert (aws.namespace, aws.type, aws.version) == ("hashicorp", "aws", "5.100.0")


def test_a_registry_that_has_no_address_does_not_answer():
    assert not registry_answers("registry.invalid", seconds=2.0)


def test_a_registry_that_keeps_silent_is_not_waited_for(monkeypatch):
    tested = threading.Event()

    def silent(*_: object, **__: object) -> None:
        tested.wait(60)
        raise OSError("hung up")

    monkeypatch.setattr("urllib.request.urlopen", silent)
    assert not registry_answers("registry.example", seconds=0.05)  # it returns while the registry is silent
    tested.set()
    for probe in threading.enumerate():
        if probe.name == "probe registry.example":
            probe.join(timeout=10)


def terraform_that(directory: Path, prints: str, code: int = 0) -> dict[str, str]:
    """Make a directory with a terraform that prints something; return a PATH with nothing else."""
    directory.mkdir(exist_ok=True)
    binary = directory / "terraform"
    binary.write_text(f"#!/bin/sh\ncat <<'END'\n{prints}\nEND\nexit {code}\n")
    binary.chmod(0o755)
    return {"PATH": f"{directory}:/usr/bin:/bin"}


def test_the_binary_on_path_is_asked_for_version_and_platform(tmp_path):
    environment = terraform_that(
        tmp_path / "bin", '{"terraform_version": "1.12.0-rc1", "platform": "linux_arm64"}'
    )
    found = find_terraform(environment)
    assert (found.path, found.version, found.platform) == (
        tmp_path / "bin/terraform",
        (1, 12, 0),
        "linux_arm64",
    )


def test_the_binary_that_terraform_names_is_taken(tmp_path):
    terraform_that(tmp_path / "mine", '{"terraform_version": "1.11.0", "platform": "x_y"}')
    environment = {"PATH": "/usr/bin:/bin", "TERRAFORM": str(tmp_path / "mine" / "terraform")}
    assert find_terraform(environment).version == (1, 11, 0)


def test_no_binary_is_one_message_with_the_repair(tmp_path):
    with pytest.raises(
        TerraformMissingError, match=r"Terraform is missing(.|\n)*repair   install Terraform 1\.11"
    ):
        find_terraform({"PATH": str(tmp_path)})


def test_an_old_binary_is_told_apart(tmp_path):
    environment = terraform_that(tmp_path / "bin", '{"terraform_version": "1.9.8", "platform": "x_y"}')
    with pytest.raises(TerraformMissingError, match=r"too old: .* is 1\.9\.8, not 1\.11\.0"):
        find_terraform(environment)


@pytest.mark.parametrize(("prints", "code"), [("no json", 0), ("{}", 0), ("", 3)])
def test_a_binary_that_does_not_answer_is_told_apart(tmp_path, prints, code):
    with pytest.raises(TerraformMissingError, match="does not answer"):
        find_terraform(terraform_that(tmp_path / "bin", prints, code))
