"""Measure the source: `python -m tests.architecture` prints the results.

The apps import in the order caserecords → imaging → patients, and the packages of an app have no
import cycles. A module name in a string ("imaging.dicom.worker", a settings entry) counts
as imported, except "caserecords.settings".
"""

import ast
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
APPS = ("patients", "imaging", "caserecords")  # each app may import itself and the apps before it
PURE = ("patients/catalogue", "patients/language", "patients/reasoning")
GETTEXT = "django.utils.translation"  # the only part of Django that a pure package may import
INTERNALS = re.compile(r"django\.db\.models\.(query|sql)|django\.db\.models\.sql|\.compiler\b")
DOTTED = re.compile(rf"({'|'.join(APPS)})(\.\w+)+(:\w+)?")


@dataclass(frozen=True)
class Source:
    """A Python file: its path relative to the root, and its text."""

    path: str
    text: str

    @cached_property
    def tree(self):
        return ast.parse(self.text)

    @property
    def module(self):
        return self.path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")

    @property
    def app(self):
        return self.path.split("/")[0]

    @property
    def package(self):
        """The package of the app that contains the file, or the module itself at the top level."""
        return ".".join(self.module.split(".")[:2])

    @property
    def is_pure(self):
        return self.path.startswith(PURE)

    def imports(self):
        """Yield (line, dotted name) for each absolute import and each module name in a string."""
        docstrings = {id(node.value) for node in ast.walk(self.tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, name.name) for name in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                yield from ((node.lineno, f"{node.module}.{name.name}") for name in node.names)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                if id(node) not in docstrings and is_module_name(node.value):
                    yield node.lineno, node.value.replace(":", ".")

    def functions(self):
        """Yield (name, number of lines) for every function."""
        for node in ast.walk(self.tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield node.name, node.end_lineno - node.lineno + 1

    def classes(self):
        return [node.name for node in self.tree.body if isinstance(node, ast.ClassDef)]


def is_module_name(text):
    """Return whether a string looks like a dotted name in an app, other than the settings."""
    return text != "caserecords.settings" and bool(DOTTED.fullmatch(text))


def read_sources(folders=APPS):
    """Return the Sources in the given folders, except migrations."""
    return [
        Source(str(path.relative_to(ROOT)), path.read_text())
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def wrong_imports(source):
    """Return a message for each import in the wrong direction and each impure import."""
    above = APPS[APPS.index(source.app) + 1 :]
    wrong = []
    for line, name in source.imports():
        top = name.split(".")[0]
        if top in above or top == "tests":
            wrong.append(f"{source.path}:{line} imports {name}")
        elif source.is_pure and not is_pure_import(name):
            wrong.append(f"{source.path}:{line} imports {name}, but its package is pure")
    return wrong


def is_pure_import(name):
    top = name.split(".")[0]
    if top in APPS:
        return name.replace(".", "/").startswith(PURE)
    return top not in ("django", "rest_framework") or name.startswith(GETTEXT)


def odd_imports(source):
    """Return the location, as path:line, of each relative, nested or star import."""
    top = set(source.tree.body)
    return [
        f"{source.path}:{node.lineno}"
        for node in ast.walk(source.tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        and (node not in top or getattr(node, "level", 0) or node.names[0].name == "*")
    ]


def framework_internals(source):
    """Return a message for each import of Django's query internals."""
    return [
        f"{source.path}:{line} imports {name}"
        for line, name in source.imports()
        if INTERNALS.search(name)
    ]


def import_graph(sources):
    """Return {module: project modules that it imports}."""
    known = {source.module for source in sources}
    graph = {source.module: set() for source in sources}
    for source in sources:
        for _line, name in source.imports():
            while name and name not in known:
                name = name.rpartition(".")[0]
            if name and name != source.module and name.count("."):
                graph[source.module].add(name)
    return graph


def package_graph(sources):
    """Return {package: other project packages that it imports}."""
    packages = {source.module: source.package for source in sources}
    graph = {}
    for module, targets in import_graph(sources).items():
        found = {packages[target] for target in targets} - {packages[module]}
        graph.setdefault(packages[module], set()).update(found)
    return graph


def cycles(graph):
    """Return the cycles, each a sorted list of nodes that can reach each other."""
    reach = {node: reachable(graph, node) for node in graph}
    groups = {
        frozenset(other for other in reach[node] if node in reach.get(other, ()))
        for node in graph
        if node in reach[node]
    }
    return sorted(sorted(group) for group in groups)


def reachable(graph, start):
    found, waiting = set(), [start]
    while waiting:
        for target in graph.get(waiting.pop(), ()):
            if target not in found:
                found.add(target)
                waiting.append(target)
    return found


def longest_chain(graph):
    """Return the longest path in an acyclic graph, as a tuple of nodes."""
    chains = {}

    def chain(node):
        if node not in chains:
            rest = max((chain(target) for target in graph[node]), key=len, default=())
            chains[node] = (node, *rest)
        return chains[node]

    return max((chain(node) for node in graph), key=len, default=())


def report():
    sources = read_sources()
    print("modules at the top level of the app / in its packages")
    for app in APPS:
        inside = [source for source in sources if source.app == app]
        top = [one for one in inside if one.path.count("/") == 1 and "__init__" not in one.path]
        print(f"  {app:12} {len(top):3} / {len(inside) - len(top)}")
        for package in sorted({one.package for one in inside if one.path.count("/") > 1}):
            print(f"    {package.split('.')[1]:20} {sum(o.package == package for o in inside):3}")
    graph = import_graph(sources)
    print(f"import cycles between modules: {cycles(graph) or 'none'}")
    print(f"import cycles between packages: {cycles(package_graph(sources)) or 'none'}")
    print(
        f"imports in the wrong direction: {sum((wrong_imports(s) for s in sources), []) or 'none'}"
    )
    print(
        f"query internals imported: {sum((framework_internals(s) for s in sources), []) or 'none'}"
    )
    if not cycles(graph):
        found = longest_chain(graph)
        print(f"longest import chain: {len(found)} modules, {' → '.join(found)}")
    lengths = sorted(lines for source in sources for _name, lines in source.functions())
    print(f"functions: {len(lengths)}, median {median(lengths):g} lines, ", end="")
    print(f"95% at most {lengths[len(lengths) * 95 // 100]}, longest {lengths[-1]}")
    sizes = [source.text.count("\n") for source in sources]
    print(f"files: {len(sizes)}, median {median(sizes):g} lines, longest {max(sizes)}")
    tests = sum(source.text.count("\n") for source in read_sources(["tests"]))
    print(f"lines of tests / of code: {tests} / {sum(sizes)} = {tests / sum(sizes):.2f}")


if __name__ == "__main__":
    report()
