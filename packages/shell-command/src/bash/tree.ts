import type { Node, TreeCursor } from "web-tree-sitter";

const PLAIN_NODES = new Set([
  "program",
  "list",
  "pipeline",
  "command",
  "command_name",
  "word",
  "string",
  "string_content",
  "raw_string",
  "number",
  "concatenation",
]);
const PLAIN_TOKENS = new Set(["&&", "||", ";", "|", '"', "'"]);

/**
 * The commands of a word-only script (section 3): every node of the tree is one of the plain kinds, every token one of
 * the plain connectors. Texts are taken from the source verbatim.
 */
export function plainCommandsOf(script: string, _root: Node, cursor: TreeCursor): string[][] | null {
  const commands: string[][] = [];
  const visit = (): boolean => {
    const type = cursor.nodeType;
    if (cursor.nodeIsNamed) {
      if (!PLAIN_NODES.has(type)) return false;
    } else if (!PLAIN_TOKENS.has(type) && type.trim() !== "") {
      return false;
    }
    if (type === "command" && cursor.nodeIsNamed) {
      const words = commandWords(script, cursor);
      if (words === null) return false;
      commands.push(words);
      return true;
    }
    return eachChild(cursor, visit);
  };
  return visit() && commands.length > 0 ? commands : null;
}

/** Runs `visit` on each child of the cursor's node; stops at the first false. The cursor comes back to where it was. */
function eachChild(cursor: TreeCursor, visit: () => boolean): boolean {
  if (!cursor.gotoFirstChild()) return true;
  let ok = true;
  do {
    ok = visit();
  } while (ok && cursor.gotoNextSibling());
  cursor.gotoParent();
  return ok;
}

function commandWords(script: string, cursor: TreeCursor): string[] | null {
  const words: string[] = [];
  const add = (word: string | null): boolean => {
    if (word === null) return false;
    words.push(word);
    return true;
  };
  const ok = eachChild(cursor, () => {
    if (cursor.nodeType !== "command_name") return add(wordText(script, cursor));
    let name: string | null = null;
    const plain = eachChild(cursor, () => {
      if (name !== null || cursor.nodeType !== "word") return false;
      name = textOf(script, cursor);
      return true;
    });
    return plain && add(name);
  });
  return ok && words.length > 0 ? words : null;
}

function textOf(script: string, cursor: TreeCursor): string {
  return script.slice(cursor.startIndex, cursor.endIndex);
}

/** The token of one argument node, or null when it is not literal. */
function wordText(script: string, cursor: TreeCursor): string | null {
  switch (cursor.nodeType) {
    case "word":
    case "number":
      // A number can hold an expansion (`10#$x`); a plain one has no children.
      return hasChildren(cursor) ? null : textOf(script, cursor);
    case "string": {
      const literal = eachChild(
        cursor,
        () => (!cursor.nodeIsNamed && cursor.nodeType === '"') || cursor.nodeType === "string_content",
      );
      const text = textOf(script, cursor);
      return literal && text.length >= 2 ? text.slice(1, -1) : null;
    }
    case "raw_string": {
      const text = textOf(script, cursor);
      return text.length >= 2 && text.startsWith("'") && text.endsWith("'") ? text.slice(1, -1) : null;
    }
    case "concatenation": {
      let joined = "";
      const plain = eachChild(cursor, () => {
        const part = wordText(script, cursor);
        if (part === null || cursor.nodeType === "concatenation") return false;
        joined += part;
        return true;
      });
      return plain && joined !== "" ? joined : null;
    }
    default:
      return null;
  }
}

function hasChildren(cursor: TreeCursor): boolean {
  if (!cursor.gotoFirstChild()) return false;
  cursor.gotoParent();
  return true;
}

/** Children of a command that do not count when the script is a heredoc fed to it (section 4). */
const BESIDE_THE_WORDS = new Set([
  "variable_assignment",
  "comment",
  "file_redirect",
  "heredoc_redirect",
  "herestring_redirect",
]);

/** The literal words of the only command of a script with a heredoc. */
export function heredocWords(script: string, root: Node, cursor: TreeCursor): string[] | null {
  if (root.descendantsOfType("heredoc_redirect").length === 0) return null;
  const [command, second] = root.descendantsOfType("command");
  if (!command || second) return null;
  const words: string[] = [];
  cursor.reset(command);
  const ok = eachChild(cursor, () => {
    const type = cursor.nodeType;
    if (type === "command_name") {
      return eachChild(cursor, () => {
        if (cursor.nodeType !== "word" && cursor.nodeType !== "number") return false;
        words.push(textOf(script, cursor));
        return !hasChildren(cursor);
      });
    }
    if (type === "word" || type === "number") {
      words.push(textOf(script, cursor));
      return !hasChildren(cursor);
    }
    return BESIDE_THE_WORDS.has(type);
  });
  return ok && words.length > 0 ? words : null;
}
