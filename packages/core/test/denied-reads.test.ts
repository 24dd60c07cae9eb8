import { execFileSync } from "node:child_process";
import { access, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { customToolCall, functionCall } from "@codex-ts-tools/model-server";
import { fallbackModel } from "@codex-ts/model-provider";
import { pathEntry, type PermissionProfile, specialEntry } from "@codex-ts/permissions";
import { nodePathFs } from "@codex-ts/permissions/node";
import { afterEach, describe, expect, test } from "vitest";
import { guardedReads, readGuard } from "../src/exec/read-guard.ts";
import { openWorld, outputs, type World } from "./harness.ts";
import { png } from "./pictures.ts";

let world: World;
afterEach(() => world.close());

const hasBwrap = (() => {
  try {
    execFileSync("bwrap", ["--ro-bind", "/", "/", "--unshare-user", "/bin/true"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

const profile = (filesystem: string) => `approval_policy = "never"
default_permissions = "p"
[permissions.p.filesystem]
glob_scan_max_depth = 4
${filesystem}
[permissions.p.filesystem.":project_roots"]
"." = "write"
"secret.png" = "none"
"secret.txt" = "none"
"hidden" = "none"
"**/*.env" = "none"
`;
/** Everything else may be read. */
const DENYING = profile('":root" = "read"');
/** Nothing else may be read, but what the system needs. */
const CONFINED = profile('":minimal" = "read"');

/** Secrets by path, below a folder, by pattern and outside of the workspace; and links to each. */
async function places(): Promise<void> {
  const at = (name: string) => join(world.cwd, name);
  const outside = join(dirname(world.cwd), "outside");
  for (const folder of [at("hidden/deep"), at("open/sub.env"), outside]) await mkdir(folder, { recursive: true });
  for (const file of [at("secret.png"), at("hidden/x.png"), at("open/y.png.env"), join(outside, "z.png")]) {
    await writeFile(file, png(8, 8));
  }
  await writeFile(at("fine.png"), png(8, 8));
  for (const file of [
    at("secret.txt"),
    at("hidden/x.txt"),
    at("open/y.env"),
    at("open/sub.env/k"),
    join(outside, "z.txt"),
  ]) {
    await writeFile(file, "the secret\n");
  }
  const links: [string, string][] = [
    ["link.png", "secret.png"],
    ["chain.png", "link.png"],
    ["way", "hidden"],
    ["plain.png", "open/y.png.env"],
    ["out.png", join(outside, "z.png")],
    ["out", outside],
    ["good.png", "fine.png"],
    ["link.txt", "secret.txt"],
    ["deep.txt", "way/x.txt"],
    ["plain.txt", "open/y.env"],
    ["out.txt", join(outside, "z.txt")],
    ["self", "."],
  ];
  for (const [name, target] of links) await symlink(target, at(name));
}

/** The outputs of calls that the model makes at once. */
async function answers(
  config: string,
  calls: () => ReturnType<typeof functionCall>[],
  model?: ReturnType<typeof fallbackModel>,
) {
  world = await openWorld((_request, { n }) => (n === 0 ? { items: calls() } : { text: "ok" }), {
    config,
    ...(model === undefined ? {} : { model: model.slug, runtime: { models: [model] } }),
  });
  await places();
  await (await world.start()).turn("go");
  return outputs(world.server.requests[1]!.body);
}

const spellings = [
  "secret.png",
  "./open/../secret.png",
  "way/../secret.png",
  "//proc/self/root$CWD/secret.png",
  "self/secret.png",
  "link.png",
  "chain.png",
  "hidden/x.png",
  "way/x.png",
  "self/self/way/x.png",
  "open/y.png.env",
  "plain.png",
  "/proc/self/cwd/../../../../../../../../..$CWD/link.png",
];

describe("an image that may not be read", () => {
  const look = async (config: string, paths: readonly string[]) => {
    const real = (path: string) => path.replace("$CWD", world.cwd);
    const found = await answers(config, () =>
      paths.map((path, at) => functionCall("view_image", { path: real(path) }, `c${at}`)),
    );
    return paths.map((path, at) => [path, typeof found[`c${at}`] === "string" ? String(found[`c${at}`]) : "seen"]);
  };

  test("is not seen by any spelling of its name, nor through links", async () => {
    for (const [path, output] of await look(DENYING, spellings)) {
      expect([path, output]).toEqual([path, expect.stringMatching(/: Permission denied \(os error 13\)$/) as string]);
    }
  });

  test("is not seen outside of what may be read, nor through links from inside", async () => {
    for (const [path, output] of await look(CONFINED, [...spellings, "../outside/z.png", "out.png", "out/z.png"])) {
      expect([path, output]).toEqual([path, expect.stringMatching(/: Permission denied \(os error 13\)$/) as string]);
    }
  });

  test("keeps no other from being seen", async () => {
    for (const config of [DENYING, CONFINED]) {
      expect(await look(config, ["fine.png", "good.png", "self/fine.png"])).toEqual(
        ["fine.png", "good.png", "self/fine.png"].map(path => [path, "seen"]),
      );
      if (config === DENYING) await world.close();
    }
  });
});

test("a folder that may not be read is not listed, by no name of it", async () => {
  const model = { ...fallbackModel("known"), experimental_supported_tools: ["list_dir"] };
  const folders = ["hidden", "way", "self/way", "hidden/deep", "open/sub.env", "out", "open/../hidden"];
  const found = await answers(
    CONFINED,
    () => [
      ...folders.map(path => functionCall("list_dir", { dir_path: `${world.cwd}/${path}` }, path)),
      functionCall("list_dir", { dir_path: world.cwd, depth: 4, limit: 99 }, "all"),
    ],
    model,
  );
  for (const folder of folders) {
    expect([folder, found[folder]]).toEqual([folder, "failed to read directory: Permission denied (os error 13)"]);
  }
  expect(String(found["all"])).toMatch(/\nhidden\/\nlink/);
  expect(String(found["all"])).not.toMatch(/ deep\/|x\.txt|z\.txt|\n +k\n/);
});

describe("a file that may not be read", () => {
  const update = (path: string, more = "", hunk = "@@\n+known") => `*** Update File: ${path}\n${more}${hunk}`;
  const sources = ["secret.txt", "link.txt", "hidden/x.txt", "way/x.txt", "deep.txt", "open/y.env", "plain.txt"];
  const run = async (config: string, bodies: readonly string[]) => {
    const found = await answers(config, () =>
      bodies.map((body, at) => customToolCall("apply_patch", `*** Begin Patch\n${body}\n*** End Patch`, `c${at}`)),
    );
    return bodies.map((_, at) => String(found[`c${at}`]));
  };
  const untouched = async () => {
    for (const file of ["secret.txt", "hidden/x.txt", "open/y.env", "../outside/z.txt"]) {
      expect(await readFile(join(world.cwd, file), "utf8")).toBe("the secret\n");
    }
  };

  test.each([
    ["denied", DENYING, sources],
    ["outside of what may be read", CONFINED, [...sources, "out.txt", "out/z.txt"]],
  ])("because it is %s is not moved by a patch to where it may be", async (_why, config, names) => {
    const bodies = names.map((name, at) => update(name, `*** Move to: taken${at}.txt\n`));
    for (const [at, output] of (await run(config, bodies)).entries()) {
      expect([names[at], output]).toEqual([
        names[at],
        expect.stringContaining("Permission denied (os error 13)") as string,
      ]);
      await expect(access(join(world.cwd, `taken${at}.txt`))).rejects.toThrow("ENOENT");
    }
    await untouched();
  });

  test("says the same to a right guess of what is in it as to a wrong one", async () => {
    const guesses = ["the secret", "no secret"].flatMap(line =>
      sources.map(name => update(name, "", `@@\n-${line}\n+known`)),
    );
    const said = await run(DENYING, [...guesses, ...sources.map(name => `*** Delete File: ${name}`)]);
    expect(said.slice(0, sources.length)).toEqual(said.slice(sources.length, 2 * sources.length));
    for (const output of said) {
      expect(output).toContain("Permission denied (os error 13)");
      expect(output).not.toContain("secret\n");
    }
    await untouched();
  });

  test.runIf(hasBwrap)("keeps no other from being patched, a link to one included", async () => {
    const [direct, linked] = await run(CONFINED, [
      "*** Add File: new.txt\n+one",
      "*** Add File: self/other.txt\n+two\n*** Update File: self/new.txt\n@@\n-one\n+three",
    ]);
    expect(direct).toContain("Success.");
    expect(linked).toContain("Success.");
    expect(await readFile(join(world.cwd, "new.txt"), "utf8")).toBe("three\n");
  });
});

describe.runIf(process.platform === "linux")("a name that leads elsewhere once it was looked at", () => {
  test("is judged by what was opened", async () => {
    world = await openWorld(["unused"]);
    await places();
    const managed = (entries: ReturnType<typeof pathEntry>[]): PermissionProfile => ({
      type: "managed",
      file_system: { type: "restricted", entries },
      network: "restricted",
    });
    // As if every link came to be after the names were looked at.
    const context = { cwd: world.cwd, fs: { ...nodePathFs, realpath: (path: string) => path } };
    const denying = readGuard(
      managed([specialEntry({ kind: "root" }, "read"), pathEntry(join(world.cwd, "secret.txt"), "none")]),
      context,
    );
    const confined = readGuard(managed([pathEntry(world.cwd, "write")]), context);
    for (const [guard, name] of [
      [denying, "link.txt"],
      [denying, "self/link.txt"],
      [confined, "out.txt"],
      [confined, "out/z.txt"],
    ] as const) {
      const path = join(world.cwd, name);
      expect(guard.refuses(path)).toBe(false);
      await expect(guard.read(path)).rejects.toMatchObject({ code: "EACCES" });
      await expect(guardedReads(guard).readFile(path)).rejects.toThrow("Permission denied (os error 13)");
    }
    const fine = join(world.cwd, "self/fine.png");
    expect(await confined.read(fine)).toEqual(await readFile(fine));
    await expect(guardedReads(confined).readFile(join(world.cwd, "none"))).rejects.toMatchObject({
      reason: "not-found",
      message: "No such file or directory (os error 2)",
    });
  });
});
