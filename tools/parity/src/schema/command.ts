import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { findReference, type Reference, runReference } from "../reference.ts";
import { type Allowed, allowed } from "./allowed.ts";
import { type Difference, differences } from "./differences.ts";
import { countProperties, normalise } from "./normal.ts";
import { fileForm } from "./typescript.ts";

const ourTrees = path.join(import.meta.dirname, "../../../../schema");

type Tree = ReadonlyMap<string, string>;

async function readTree(folder: string, extension: string): Promise<Tree> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter(entry => entry.isFile() && entry.name.endsWith(extension));
  const named = files.map(entry => path.join(entry.parentPath, entry.name)).sort();
  return new Map(
    await Promise.all(
      named.map(async file => {
        const name = path.relative(folder, file).split(path.sep).join("/");
        return [name, await readFile(file, "utf8")] as const;
      }),
    ),
  );
}

async function generate(reference: Reference, command: string, experimental: boolean): Promise<string> {
  const out = path.join(reference.cache, "generated", `${command}-${experimental ? "experimental" : "stable"}`);
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  await runReference(reference, ["app-server", command, "--out", out, ...(experimental ? ["--experimental"] : [])]);
  return out;
}

/** A tally line and whether it is complete. */
class Report {
  equal = true;

  line(title: string, matched: number, total: number): void {
    this.equal &&= matched === total;
    process.stdout.write(`${matched === total ? "equal  " : "DIFFERS"} ${title}: ${matched}/${total}\n`);
  }

  show(place: string, found: readonly Difference[]): void {
    for (const { path: where, ours, theirs } of found) {
      process.stdout.write(`        ${place}${where}\n          ours:   ${ours}\n          theirs: ${theirs}\n`);
    }
  }
}

type Definitions = Readonly<Record<string, unknown>>;

function definitionsOf(text: string | undefined): Definitions {
  return text === undefined ? {} : (((JSON.parse(text) as Definitions)["definitions"] ?? {}) as Definitions);
}

/** Two JSON Schema files in normal form, with their definitions, bundles' nested ones included. */
function normalFile(text: string): unknown {
  const schema = JSON.parse(text) as Definitions;
  const { v2, ...root } = (schema["definitions"] ?? {}) as Definitions;
  const all = (definitions: Definitions): unknown =>
    Object.fromEntries(Object.entries(definitions).map(([name, definition]) => [name, normalise(definition)]));
  return { schema: normalise(schema), definitions: all(root), v2: v2 === undefined ? null : all(v2 as Definitions) };
}

/** Compares all files of two trees; a file that only one has is a difference. */
function compareFiles(
  report: Report,
  title: string,
  ours: Tree,
  theirs: Tree,
  read: (name: string, text: string) => unknown,
  adjust: (name: string, form: unknown) => unknown,
): void {
  const names = [...new Set([...ours.keys(), ...theirs.keys()])].sort();
  let matched = 0;
  for (const name of names) {
    const [our, their] = [ours.get(name), theirs.get(name)];
    const found =
      our === undefined || their === undefined
        ? [
            {
              path: "",
              ours: our === undefined ? "no such file" : "a file",
              theirs: their === undefined ? "no such file" : "a file",
            },
          ]
        : differences(read(name, our), adjust(name, read(name, their)));
    matched += found.length === 0 ? 1 : 0;
    report.show(`${title}: ${name}`, found);
  }
  report.line(`${title} files`, matched, names.length);
}

function compareDefinitions(report: Report, title: string, ours: Tree, theirs: Tree): void {
  const file = "codex_app_server_protocol.v2.schemas.json";
  const [our, their] = [definitionsOf(ours.get(file)), definitionsOf(theirs.get(file))];
  const names = [...new Set([...Object.keys(our), ...Object.keys(their)])];
  const equal = names.filter(name => differences(normalise(our[name]), normalise(their[name])).length === 0);
  report.line(
    `${title} definitions of the flat bundle`,
    equal.filter(name => name in our && name in their).length,
    names.length,
  );
  report.line(`${title} properties of the flat bundle`, countProperties(our), countProperties(their));
  const [known, total] = titleCounts(our, their);
  process.stdout.write(`informative ${title} titles of union members: ${known}/${total}\n`);
}

function titlesIn(value: unknown, found: Set<string>, at: string): Set<string> {
  if (Array.isArray(value)) {
    value.forEach((part: unknown) => titlesIn(part, found, at));
  } else if (typeof value === "object" && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      if (key === "title" && typeof member === "string") {
        found.add(`${at}: ${member}`);
      } else {
        titlesIn(member, found, at);
      }
    }
  }
  return found;
}

function titleCounts(ours: Definitions, theirs: Definitions): [number, number] {
  const collect = (definitions: Definitions): Set<string> =>
    Object.entries(definitions).reduce((found, [name, schema]) => titlesIn(schema, found, name), new Set<string>());
  const [our, their] = [collect(ours), collect(theirs)];
  return [[...their].filter(title => our.has(title)).length, their.size];
}

/** Takes the members that only the reference has out of its form. */
function withoutAllowed(tree: string, used: Set<Allowed>): (name: string, form: unknown) => unknown {
  return (name, form) => {
    const entry = allowed.find(({ tree: of, file }) => of === tree && file === name);
    if (entry === undefined) {
      return form;
    }
    used.add(entry);
    const text = form as Record<string, { object?: Record<string, unknown> }>;
    const dropped = (fields: Record<string, unknown>): Record<string, unknown> =>
      Object.fromEntries(Object.entries(fields).filter(([field]) => !entry.onlyTheirs.includes(field)));
    const kept = Object.entries(text).map(([declared, type]) => [
      declared,
      type.object === undefined ? type : { object: dropped(type.object) },
    ]);
    const forms = Object.fromEntries(kept) as Record<string, unknown>;
    const mentioned = JSON.stringify(forms);
    return Object.fromEntries(
      Object.entries(forms).filter(([key]) => {
        const imported = /^ImportDeclaration (.*)$/.exec(key)?.[1];
        return imported === undefined || mentioned.split(`"${imported}"`).length > 1;
      }),
    );
  };
}

/** Counts the equal definitions of the file about rollout lines, which is not published and may differ. */
async function compareInternal(reference: Reference): Promise<void> {
  const out = path.join(reference.cache, "generated", "internal");
  await mkdir(out, { recursive: true });
  await runReference(reference, ["app-server", "generate-internal-json-schema", "--out", out]);
  const read = async (file: string): Promise<Definitions> => definitionsOf(await readFile(file, "utf8"));
  const ours = await read(path.join(ourTrees, "json/internal/RolloutLine.json"));
  const theirs = await read(path.join(out, "RolloutLine.json"));
  const names = Object.keys(theirs);
  const differing = names.filter(name => differences(normalise(ours[name]), normalise(theirs[name])).length > 0);
  const suffix = differing.length === 0 ? "" : ` (not: ${differing.join(", ")})`;
  process.stdout.write(
    `informative definitions of rollout lines: ${names.length - differing.length}/${names.length}${suffix}\n`,
  );
}

/** Compares both trees of schemas, stable and experimental, with those of the reference. */
export async function compareSchemas(): Promise<boolean> {
  const reference = await findReference(process.env);
  const report = new Report();
  const used = new Set<Allowed>();
  for (const experimental of [false, true]) {
    const stability = experimental ? "experimental" : "stable";
    const [json, typescript] = [
      await generate(reference, "generate-json-schema", experimental),
      await generate(reference, "generate-ts", experimental),
    ];
    const ours = await readTree(path.join(ourTrees, "json", stability), ".json");
    const theirs = await readTree(json, ".json");
    compareFiles(
      report,
      `JSON Schema ${stability}`,
      ours,
      theirs,
      (_name, text) => normalFile(text),
      (_name, form) => form,
    );
    compareDefinitions(report, `JSON Schema ${stability}`, ours, theirs);
    const ourTypes = await readTree(path.join(ourTrees, "typescript", stability), ".ts");
    const adjust = withoutAllowed(`typescript/${stability}`, used);
    compareFiles(report, `TypeScript ${stability}`, ourTypes, await readTree(typescript, ".ts"), fileForm, adjust);
  }
  await compareInternal(reference);
  const unused = allowed.filter(entry => !used.has(entry));
  process.stdout.write(`${used.size} allowed deviations (of at most 10)\n`);
  for (const entry of unused) {
    process.stdout.write(`        not needed any more: ${entry.tree}/${entry.file}\n`);
  }
  return report.equal && unused.length === 0 && allowed.length <= 10;
}
