// Packs every published package as it would be released and looks at the result with publint and are-the-types-wrong.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { pnpm, root, run } from "./steps.mjs";

const folders = [
  ...readdirSync(path.join(root, "packages")).map(name => path.join(root, "packages", name)),
  path.join(root, "schema"),
];
const out = mkdtempSync(path.join(tmpdir(), "codex-ts-pack-"));
const [program, lead] = pnpm();
let problems = 0;

/** Problems of resolution that do not apply: we publish ES modules alone, for resolvers that know `exports`. */
const esmOnly = new Set(["CJSResolvesToESM"]);

for (const folder of folders) {
  let manifest;
  try {
    manifest = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
  } catch {
    continue;
  }
  if (manifest.private) continue;
  const target = path.join(out, path.basename(folder));
  mkdirSync(target, { recursive: true });
  const code = await run(program, [...lead, "-C", folder, "pack", "--pack-destination", target], { silent: true });
  const file = readdirSync(target)[0];
  if (code !== 0 || file === undefined) {
    process.stdout.write(`${manifest.name}: cannot be packed (exit code ${code})\n`);
    problems++;
    continue;
  }
  const bytes = readFileSync(path.join(target, file));
  const found = [];
  const { messages, pkg } = await publint({
    pack: { tarball: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) },
    strict: true,
  });
  for (const message of messages) {
    // Where the code lives and who funds it is told at release time, not by this check.
    if (message.code === "USE_TYPE" || message.code === "USE_FILES") continue;
    if (message.type !== "suggestion") found.push(formatMessage(message, pkg, { color: false }) ?? message.code);
  }
  const typed = Object.values(manifest.publishConfig?.exports ?? {}).some(
    entry => typeof entry === "object" && entry.types,
  );
  if (typed) {
    const analysis = await checkPackage(createPackageFromTarballData(bytes), {
      excludeEntrypoints: [
        "./package.json",
        ...Object.keys(manifest.publishConfig.exports).filter(key => !manifest.publishConfig.exports[key]?.types),
      ],
    });
    for (const problem of analysis.problems ?? []) {
      if (esmOnly.has(problem.kind) || problem.resolutionKind === "node10" || problem.resolutionKind === "node16-cjs")
        continue;
      found.push(`${problem.kind} ${problem.entrypoint ?? ""} ${problem.resolutionKind ?? ""}`.trim());
    }
  }
  const left = JSON.stringify(pkg).match(/"(workspace|catalog):[^"]*"/g);
  if (left) found.push(`unresolved versions in the published manifest: ${left.join(", ")}`);
  problems += found.length;
  process.stdout.write(
    `${manifest.name}: ${found.length === 0 ? "ok" : ""}\n${found.map(line => `  ${line}\n`).join("")}`,
  );
}
rmSync(out, { recursive: true, force: true });
process.exit(problems === 0 ? 0 : 1);
