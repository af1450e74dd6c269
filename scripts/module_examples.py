"""The examples in the modules' READMEs, and the root module that all examples of one README make.

```hcl            is applied, with all others of the README, behind tests/examples/<module>/prelude.tf
```hcl validate   is validated only: AWS alone can apply it
"""

import re
import shutil
from pathlib import Path

from scripts import ROOT

MODULES = ROOT / "infra" / "modules"

_FENCE = re.compile(r"^```hcl([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LABEL = re.compile(r'^module "([^"]+)"', re.MULTILINE)


def module_names() -> list[str]:
    """Every module by its path in infra/modules, those inside another one too."""
    return sorted(str(path.parent.relative_to(MODULES)) for path in MODULES.rglob("versions.tf"))


class ModuleExamples:
    """The examples of one module's README in a repository."""

    def __init__(self, module: str, repository: Path = ROOT) -> None:
        self.module = module
        self._repository = repository
        self.readme = repository / "infra" / "modules" / module / "README.md"
        self.prelude = repository / "tests" / "examples" / module / "prelude.tf"
        text = self.readme.read_text(encoding="utf-8") if self.readme.is_file() else ""
        self._fences = [(kind.strip(), body) for kind, body in _FENCE.findall(text)]

    def applied(self) -> list[str]:
        """The examples that a stage can apply."""
        return [body for kind, body in self._fences if kind == ""]

    def validated(self) -> list[str]:
        """The examples that AWS alone can apply."""
        return [body for kind, body in self._fences if kind == "validate"]

    def problems(self) -> list[str]:
        """What is missing or wrong before Terraform is asked, each with what to write."""
        readme, prelude = (path.relative_to(self._repository) for path in (self.readme, self.prelude))
        found = []
        if not self._fences:
            found.append(f"{readme} has no example: write a ```hcl block that calls the module")
        if not self.prelude.is_file():
            found.append(
                f"{prelude} is missing: write the resources and modules that {readme}'s examples refer to; "
                "if they refer to nothing, a comment that says so"
            )
        labels = [label for _, body in self._fences for label in _LABEL.findall(body)]
        found += [
            f'{readme} has module "{label}" {labels.count(label)} times: its examples make one root module, '
            "so give each a label and a name of its own"
            for label in sorted(set(labels))
            if labels.count(label) > 1
        ]
        found += [
            f"{readme} has a block ```hcl {kind}: it is ```hcl (applied) or ```hcl validate"
            for kind, _ in self._fences
            if kind not in ("", "validate")
        ]
        return found

    def write_root(self, modules: Path, name: str, examples: list[str]) -> Path:
        """Write prelude and examples as a root beside copied modules, where `../<module>` leads to them."""
        root = modules / f"{self.module.replace('/', '-')}-{name}"
        shutil.copytree(self.prelude.parent, root, ignore=_nested_preludes)
        (root / "examples.tf").write_text("\n".join(examples), encoding="utf-8")
        return root


def _nested_preludes(directory: str, names: list[str]) -> list[str]:
    """Leave out what stands in front of a module inside this one."""
    return [name for name in names if (Path(directory) / name / "prelude.tf").is_file()]
