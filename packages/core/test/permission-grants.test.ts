import { functionCall } from "@codex-ts-tools/model-server";
import { afterEach, describe, expect, test } from "vitest";
import { openWorld, outputs, type World } from "./harness.ts";

let world: World;
afterEach(() => world.close());

const FEATURE = "[features]\nrequest_permissions_tool = true\n";
const config = (feature: string) => `approval_policy = "on-request"\nsandbox_mode = "read-only"\n${feature}`;

/** In the vectors a path that begins with W lies in the workspace, with O beside it, with HOME in the user's home. */
function real<T>(value: T): T {
  const root = world.cwd.replace(/\/work$/, "");
  const text = JSON.stringify(value).replaceAll(/"(HOME|W|O)(?=[/"])/g, (_text, name: string) => {
    return `"${{ W: world.cwd, O: `${root}/other`, HOME: root }[name]}`;
  });
  return JSON.parse(text) as T;
}

const special = (kind: string, more: object = {}) => ({ type: "special", value: { kind, ...more } });
const entry = (path: object, access: string) => ({ path, access });
const glob = (pattern: string) => ({ type: "glob_pattern", pattern });
const at = (path: string) => ({ type: "path", path });
const project = special("project_roots", { subpath: "out" });

/** What the model asks for, what the client answers, and what the model reads then (spec permissions.md, G1 to G9). */
const vectors: Record<string, { asked: object; answer: object; output: object; scope?: string }> = {
  "G1: a child of what was asked for, to read": {
    asked: { file_system: { write: ["O/p"] } },
    answer: { permissions: { fileSystem: { read: ["O/p/q"] } } },
    output: { network: null, file_system: { read: ["O/p/q"] } },
  },
  "G2: the parent is dropped": {
    asked: { file_system: { write: ["O/p/q"] } },
    answer: { permissions: { fileSystem: { write: ["O/p", "O/p/q"] } }, scope: "session" },
    output: { network: null, file_system: { write: ["O/p/q"] } },
    scope: "session",
  },
  "G3: the network, but not everything to read": {
    asked: { network: { enabled: true }, file_system: { read: ["O/p"] } },
    answer: { permissions: { network: { enabled: true }, fileSystem: { read: ["/"] } } },
    output: { network: { enabled: true }, file_system: null },
  },
  "G4: a folder of the project, where it is now": {
    asked: { file_system: { entries: [entry(project, "write")] } },
    answer: { permissions: { fileSystem: { entries: [entry(project, "write")] } } },
    output: { network: null, file_system: { write: ["W/out"] } },
  },
  "G5: the denials of both, to the deeper depth": {
    asked: {
      file_system: {
        entries: [entry(special("root"), "write"), entry(glob("**/*.pem"), "none")],
        glob_scan_max_depth: 2,
      },
    },
    answer: {
      permissions: {
        fileSystem: {
          entries: [entry(special("root"), "write"), entry(glob("W/**/*.pem"), "none")],
          globScanMaxDepth: 5,
        },
      },
    },
    output: {
      network: null,
      file_system: {
        entries: [entry(special("root"), "write"), entry(glob("W/**/*.pem"), "none")],
        glob_scan_max_depth: 5,
      },
    },
  },
  "G6: the platform's folders by their name": {
    asked: { file_system: { entries: [entry(special("minimal"), "read")] } },
    answer: { permissions: { fileSystem: { entries: [entry(special("minimal"), "read")] } } },
    output: { network: null, file_system: { entries: [entry(special("minimal"), "read")] } },
  },
  "G7: a denial is no grant": {
    asked: { file_system: { read: ["O/p"] } },
    answer: { permissions: { fileSystem: { entries: [entry(at("O/p"), "none")] } } },
    output: { network: null, file_system: null },
  },
  "G8: the user's home": {
    asked: { file_system: { write: ["~/zz"] } },
    answer: { permissions: { fileSystem: { write: ["HOME/zz"] } } },
    output: { network: null, file_system: { write: ["HOME/zz"] } },
  },
  "G9: a part of /tmp": {
    asked: { file_system: { entries: [entry(special("slash_tmp"), "write")] } },
    answer: { permissions: { fileSystem: { write: ["/tmp/x"] } } },
    output: { network: null, file_system: { write: ["/tmp/x"] } },
  },
};

/** A turn in which the model asks; gives the questions that reached the client, and what the model read. */
async function ask(asked: object, answer: object, feature = FEATURE) {
  world = await openWorld(
    (_request, { n }) =>
      n === 0
        ? { items: [functionCall("request_permissions", { reason: "why", permissions: real(asked) }, "p1")] }
        : { text: "done" },
    { config: config(feature) },
  );
  const listening = await world.start();
  listening.answer = () => real(answer);
  const events = await listening.turn("go");
  const questions = events.flatMap(event => (event.kind === "request" ? [{ ...event.params }] : []));
  return { questions, output: String(outputs(world.server.requests.at(-1)!.body)["p1"]) };
}

describe("what a client grants of what the model asked for", () => {
  test.each(Object.entries(vectors))("%s", async (_name, { asked, answer, output, scope = "turn" }) => {
    const said = await ask(asked, answer);
    expect(JSON.parse(said.output)).toEqual(real({ permissions: output, scope }));
    expect(said.questions).toHaveLength(1);
  });

  test("is asked for with everything it says", async () => {
    const { questions } = await ask(vectors["G1: a child of what was asked for, to read"]!.asked, { permissions: {} });
    expect(questions).toEqual([
      {
        threadId: expect.any(String) as string,
        turnId: expect.any(String) as string,
        itemId: "p1",
        cwd: world.cwd,
        reason: "why",
        permissions: real({
          network: null,
          fileSystem: { read: null, write: ["O/p"], entries: [entry(at("O/p"), "write")] },
        }),
      },
    ]);
  });

  test("G10: is nothing where the tool is off: the model may not ask", async () => {
    for (const feature of ["", "[features]\nrequest_permissions_tool = false\n"]) {
      const { questions, output } = await ask(vectors["G7: a denial is no grant"]!.asked, {}, feature);
      expect({ questions, output }).toEqual({ questions: [], output: "unsupported call: request_permissions" });
      if (feature === "") await world.close();
    }
  });

  test.each<[string, object, string]>([
    [
      "a pattern that is to be read",
      { file_system: { entries: [entry(glob("/etc/*"), "read")] } },
      "deny-read entries",
    ],
    ["a key that nobody knows", { file_system: { read: ["/a"] }, files: [] }, "unknown field `files`"],
    ["both shapes at once", { file_system: { read: ["/a"], entries: [] } }, "failed to parse function arguments"],
    ["an unknown place", { file_system: { entries: [entry(special("home"), "read")] } }, "unknown variant `home`"],
  ])("cannot be asked for as %s", async (_name, asked, text) => {
    const { questions, output } = await ask(asked, { permissions: asked });
    expect(questions).toEqual([]);
    expect(output).toContain(text);
  });
});
