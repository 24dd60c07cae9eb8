import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";

/**
 * The public face of a package as one text, for a file that stands in the tree: for each entry of its `exports`, the
 * declarations of what it exports, by name. A change of the face then shows in review as a change of that file.
 * @param {string} dir the package's folder
 * @returns {string} Markdown
 */
export function apiReport(dir) {
  const manifest = JSON.parse(readFileSync(path.join(dir, "package.json"), "utf8"));
  const out = mkdtempSync(path.join(tmpdir(), "api-report-"));
  try {
    const tsc = path.join(
      path.dirname(createRequire(path.join(dir, "package.json")).resolve("typescript/package.json")),
      "bin",
      "tsc",
    );
    execFileSync(process.execPath, [tsc, "-p", "tsconfig.build.json", "--outDir", out], { cwd: dir, stdio: "pipe" });
    const entries = Object.entries(manifest.exports).filter(
      // A script in plain JavaScript is run, not imported: it has no face.
      ([, target]) => typeof target === "object" && target["@codex-ts/source"]?.endsWith(".ts"),
    );
    const parts = entries.map(([subpath, target]) => {
      const name = path.posix.join(manifest.name, subpath);
      const file = path.join(out, path.relative("src", target["@codex-ts/source"]).replace(/\.ts$/, ".d.ts"));
      const declarations = [...exportsOf(file).values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
      return `## ${name}\n\n\`\`\`ts fragment\n${declarations.map(({ text }) => text).join("\n")}\n\`\`\`\n`;
    });
    return `# The public face of ${manifest.name}\n\nGenerated from the sources; \`pnpm test -u\` writes it again.\n\n${parts.join("\n")}`;
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/**
 * What a declaration file exports: exported name -> its declaration.
 * @param {string} file
 * @returns {Map<string, { name: string, text: string }>}
 */
function exportsOf(file) {
  const found = new Map();
  for (const statement of statementsOf(readFileSync(file, "utf8"))) {
    const again = /^export (?:type )?\{([^}]*)\} from "([^"]+)"/.exec(statement);
    if (again) {
      const source = path.join(path.dirname(file), again[2].replace(/\.[jt]s$/, ".d.ts"));
      const there = exportsOf(source);
      for (const [name, alias] of namesOf(again[1])) {
        const declaration = there.get(name);
        if (declaration === undefined) throw new Error(`${file} exports ${name}, which ${source} does not declare`);
        found.set(alias, {
          name: alias,
          text: alias === name ? declaration.text : `${declaration.text} // as ${alias}`,
        });
      }
      continue;
    }
    const own =
      /^export (?:declare )?(?:abstract )?(?:async )?(?:function|const|let|class|interface|type|enum) ([\w$]+)/.exec(
        statement,
      );
    if (own) {
      const earlier = found.get(own[1]);
      const text = statement.replace(/^export (?:declare )?/, "").trimEnd();
      found.set(own[1], { name: own[1], text: earlier ? `${earlier.text}\n${text}` : text });
    }
  }
  return found;
}

/** @param {string} list the inside of an export's braces */
function namesOf(list) {
  return list
    .split(",")
    .map(part => part.trim().replace(/^type /, ""))
    .filter(part => part !== "")
    .map(part => {
      const [name, alias] = part.split(" as ");
      return [name.trim(), (alias ?? name).trim()];
    });
}

/**
 * The top-level statements of a declaration file, without comments. A statement starts in the first column.
 * @param {string} text
 */
function statementsOf(text) {
  const bare = text.replaceAll(/^\s*\/\*\*?[\s\S]*?\*\/\n/gm, "").replaceAll(/^\s*\/\/.*\n/gm, "");
  const statements = [];
  for (const line of bare.split("\n")) {
    if (/^(?:export|declare|import|interface|type|class|const|function)\b/.test(line)) statements.push(`${line}\n`);
    else if (statements.length > 0) statements[statements.length - 1] += `${line}\n`;
  }
  return statements;
}
