# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Renders conversations with a model's chat template, for Kerf, which runs this as `python3 -I -S -c`.

A template comes with a model and is not trusted: it runs in Jinja's sandbox with the rules that transformers adds, in a
process that can open, start and write nothing, with limits on memory and on the processor time of each conversation.

Standard input: a line with the settings {"templates", "variables", "date", "limits"}, then lines of records {"fields",
"record"}. Standard output: for each of them a line {"text"} or {"error", "message"}.
"""

import datetime
import json
import random
import resource
import sys

ROLES = {"human": "user", "gpt": "assistant", "model": "assistant", "bot": "assistant", "chatgpt": "assistant",
         "bing": "assistant", "bard": "assistant", "observation": "tool", "function_response": "tool"}
REASONING = ("reasoning_content", "thinking", "reasoning")


def answer(**fields):
    line = json.dumps(fields, ensure_ascii=False) + "\n"
    sys.stdout.buffer.write(line.encode("utf-8", "backslashreplace"))
    sys.stdout.buffer.flush()


def forbid(limits):
    """Takes away what no template needs. What is imported and open stays."""
    for what, limit in ((resource.RLIMIT_AS, limits["memory"]), (resource.RLIMIT_NOFILE, 3), (resource.RLIMIT_NPROC, 0),
                        (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(what, (limit, limit))


def give_time(seconds):
    """The kernel ends the process when it computed for so much longer."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))


def make_environment(date):
    """What transformers renders chat templates with (chat_template_utils.py), but for the date, which stays."""
    import jinja2
    import jinja2.ext
    import jinja2.sandbox

    class Generation(jinja2.ext.Extension):
        """{% generation %} marks what the assistant says; it is rendered as it stands."""

        tags = {"generation"}

        def parse(self, parser):
            line = next(parser.stream).lineno
            body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
            return jinja2.nodes.CallBlock(self.call_method("_render"), [], [], body).set_lineno(line)

        def _render(self, caller):
            return caller()

    class Dictionary:
        """`dict` without its attributes."""

        def __call__(self, *args, **fields):
            return dict(*args, **fields)

        def fromkeys(self, *args, **fields):
            return dict.fromkeys(*args, **fields)

    class Namespace(jinja2.utils.Namespace):
        def __init__(*args, **fields):
            self, *values = args  # so that a field may be called self
            fields = dict(*values, **fields)
            for name in fields:
                Namespace.check(name)
            jinja2.utils.Namespace.__init__(self, fields)

        def __setitem__(self, name, value):
            Namespace.check(name)
            jinja2.utils.Namespace.__setitem__(self, name, value)

        @staticmethod
        def check(name):
            if isinstance(name, str) and name.startswith("_"):
                raise jinja2.exceptions.SecurityError(f"a namespace with the attribute {name!r} is unsafe.")

    def raise_exception(message):
        raise jinja2.exceptions.TemplateError(message)

    def tojson(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
        return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)

    environment = jinja2.sandbox.ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols])
    environment.filters["tojson"] = tojson
    environment.globals.update({"raise_exception": raise_exception, "strftime_now": date.strftime, "dict": Dictionary(),
                                "namespace": Namespace})
    load_parts(environment)
    return environment


def load_parts(environment):
    """Has Python load, while it still can open files, what it otherwise loads when a template first needs it."""
    import html
    import pprint
    import textwrap

    for text in ("{{ '\\n\\u00e9' | wordwrap | upper | tojson }}{{ strftime_now('%d %b %Y') }}{{ lipsum(1) }}",
                 "{{ raise_exception('') }}"):
        try:
            environment.from_string(text).render()
        except Exception:  # it loads what describes errors
            pass
    return html, pprint, textwrap


def message_of(message):
    """A message as transformers hands it to a template; ShareGPT's {"from", "value"} becomes {"role", "content"}."""
    if "role" not in message and "from" in message:
        role = str(message["from"])
        message = {"role": ROLES.get(role.lower(), role.lower()), "content": message.get("value")} | {
            key: value for key, value in message.items() if key not in ("from", "value")}
    message = {key: value for key, value in message.items() if value is not None}
    reasoning = next((message[key] for key in REASONING if key in message), None)
    if reasoning is not None:
        message = {"thinking": reasoning, **message, "reasoning_content": reasoning}
    return message


def messages_of(record, fields):
    said = [message for field in fields for message in record.get(field) or []]
    shared = said and "role" not in said[0] and "from" in said[0]
    messages = [message_of(message) for message in said]
    system = record.get("system")
    if shared and isinstance(system, str) and system and messages[0]["role"] != "system":
        messages.insert(0, {"role": "system", "content": system})  # ShareGPT has it beside the conversation
    return messages


def listed(value):
    """Tools and documents: a list, or the text of one, as tables write it."""
    if isinstance(value, str) and value.strip():
        value = json.loads(value)
    return value or None


class Renderer:
    def __init__(self, settings):
        self.templates = settings["templates"]
        self.variables = settings["variables"]
        self.most = settings["limits"]["text"]
        self.environment = make_environment(datetime.datetime.fromisoformat(settings["date"]))
        self.compiled = {}

    def template(self, tools):
        name = "tool_use" if tools is not None and "tool_use" in self.templates else "default"
        if name not in self.compiled:
            self.compiled[name] = self.environment.from_string(self.templates[name])
        return self.compiled[name]

    def render(self, record, fields):
        random.seed(0)  # the same text every time
        tools = listed(record.get("tools"))
        text = self.template(tools).render(
            **self.variables | {"messages": messages_of(record, fields), "tools": tools,
                                "documents": listed(record.get("documents")), "add_generation_prompt": False})
        if len(text) > self.most:
            raise OverflowError(f"the text has more than {self.most} characters")
        text.encode()
        return text


def attempt(what):
    """Answers with the text, or with the kind of error and its sentence."""
    import jinja2

    try:
        return answer(text=what())
    except jinja2.exceptions.SecurityError as error:
        kind, message = "security", str(error)
    except jinja2.exceptions.TemplateSyntaxError as error:
        kind, message = "syntax", f"line {error.lineno}: {error.message}"
    except jinja2.exceptions.TemplateError as error:
        kind, message = "raised", str(error.message or error)
    except MemoryError:
        kind, message = "memory", ""
    except Exception as error:
        kind, message = "failed", f"{type(error).__name__}: {error}"
    answer(error=kind, message=message[:1000])


def main():
    settings = json.loads(sys.stdin.buffer.readline())
    try:
        import site

        sys.path += site.getsitepackages()
        renderer = Renderer(settings)
    except ImportError as error:
        return answer(error="missing", message=str(error))
    limits = settings["limits"]
    forbid(limits)
    give_time(limits["seconds"])
    attempt(lambda: renderer.template(None) and "")
    for line in sys.stdin.buffer:
        give_time(limits["seconds"])
        asked = json.loads(line)
        attempt(lambda: renderer.render(asked["record"], asked["fields"]))


main()
