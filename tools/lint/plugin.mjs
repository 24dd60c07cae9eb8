import { builtinModules } from "node:module";
import { floorOf, whyNot } from "./floors.mjs";

const builtins = new Set(builtinModules);

/** The package a file belongs to and whether it is product code (src/), from its path. */
function placeOf(filename) {
  const match = /(?:^|\/)(packages\/([^/]+)|(schema))\/(src|test)\//.exec(filename.replaceAll("\\", "/"));
  if (!match) return undefined;
  return {
    name: match[2] ?? match[3],
    product: match[4] === "src",
    rest: filename.slice(match.index + match[0].length),
  };
}

function* sources(node) {
  if (node.source && typeof node.source.value === "string") yield node.source;
}

/** Calls `check(specifier, node)` for every static and dynamic import of a file. */
function eachImport(check) {
  const visit = node => {
    for (const source of sources(node)) check(source.value, source);
  };
  return {
    ImportDeclaration: visit,
    ExportNamedDeclaration: visit,
    ExportAllDeclaration: visit,
    ImportExpression: visit,
  };
}

/** A package imports only from floors below its own. */
const noUpwardImport = {
  meta: { type: "problem", docs: { description: "A package imports only from floors below its own" } },
  create(context) {
    const place = placeOf(context.filename);
    if (!place?.product) return {};
    return eachImport((specifier, node) => {
      const target = /^@codex-ts\/([^/]+)/.exec(specifier)?.[1];
      if (target === undefined) {
        if (specifier.startsWith("@codex-ts-tools/") && place.name !== "cli") {
          context.report({ node, message: `published code may not import ${specifier}, a tool of this repository` });
        }
        if (/^(\.\.\/)+packages\//.test(specifier) || /^(\.\.\/)+[a-z-]+\/src\//.test(specifier)) {
          context.report({ node, message: `import the package by its name, not by the path ${specifier}` });
        }
        return;
      }
      const reason = whyNot(place.name, target);
      if (reason) context.report({ node, message: reason });
    });
  },
};

/**
 * Floors 1 and 2 touch nothing: no Node built-in in their sources, except in files of a named subpath for it
 * (`node.ts`, or a folder `node/`), and no reading of the process environment below the doors.
 */
const pureFloors = {
  meta: { type: "problem", docs: { description: "Words and decisions touch no machine" } },
  create(context) {
    const place = placeOf(context.filename);
    if (!place?.product) return {};
    const floor = floorOf(place.name) ?? 6;
    const ownSubpath = /^node(\.ts|\/)/.test(place.rest);
    return {
      ...(floor <= 2 && !ownSubpath
        ? eachImport((specifier, node) => {
            const bare = specifier.replace(/^node:/, "").split("/")[0];
            if (specifier.startsWith("node:") || builtins.has(bare)) {
              context.report({
                node,
                message: `${place.name} is on floor ${floor} and touches no machine: take ${specifier} in as an argument, or use the package's ./node subpath`,
              });
            }
          })
        : {}),
      ...(floor < 5
        ? {
            MemberExpression(node) {
              if (node.object.type === "Identifier" && node.object.name === "process" && node.property.name === "env") {
                context.report({ node, message: "below the doors the environment is an argument, not process.env" });
              }
            },
          }
        : {}),
    };
  },
};

export default {
  meta: { name: "house" },
  rules: { "no-upward-import": noUpwardImport, "pure-floors": pureFloors },
};
