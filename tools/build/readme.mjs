import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

/**
 * The runnable examples of a package's README: every fenced block whose info string is exactly `ts`. Blocks that must
 * not run (shell output, fragments) use another info string (`sh`, `text`, `ts fragment`).
 * @param {string} dir the package's folder
 * @returns {{ name: string, code: string, run: () => Promise<unknown> }[]} one entry a block, in order
 */
export function readmeExamples(dir) {
  const text = readFileSync(path.join(dir, "README.md"), "utf8");
  const blocks = [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)];
  if (blocks.length === 0) throw new Error(`${dir}/README.md has no runnable example: add a \`\`\`ts block`);
  const folder = path.join(dir, "test", ".readme");
  return blocks.map((block, index) => {
    const line = text.slice(0, block.index).split("\n").length;
    const code = block[1] ?? "";
    return {
      name: `README.md:${line}`,
      code,
      run: async () => {
        mkdirSync(folder, { recursive: true });
        const file = path.join(folder, `example-${index}.ts`);
        writeFileSync(file, code);
        try {
          return await import(/* @vite-ignore */ pathToFileURL(file).href);
        } finally {
          rmSync(file, { force: true });
        }
      },
    };
  });
}
