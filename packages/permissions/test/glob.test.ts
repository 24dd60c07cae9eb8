import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compileGlob,
  compileReadDeny,
  globStaticPrefix,
  hasGlobCharacters,
  isReadDenied,
  PermissionsError,
  restricted,
} from "../src/index.ts";
import { cwd, deny, path, root } from "./entries.ts";
import { context, O, W } from "./tree.ts";

describe("the glob dialect", () => {
  it.each<[string, string[], string[]]>([
    ["/a/*.pem", ["/a/x.pem", "/a/.pem"], ["/a/b/x.pem", "/a/x.pem/y", "/a/x.pe", "/b/x.pem"]],
    ["/a/?", ["/a/b", "/a/?"], ["/a/", "/a/bc", "/a//"]],
    ["/a/**/k", ["/a/k", "/a/b/k", "/a/b/c/k"], ["/a/xk", "/k", "/a/k/x"]],
    ["/a/**", ["/a/b", "/a/b/c"], ["/a", "/ab"]],
    ["/**/*.env", ["/.env", "/a.env", "/a/b/.env"], ["/a.env/b"]],
    ["/a/**/**/b", ["/a/b", "/a/x/b"], ["/a"]],
    ["/a**b", ["/ab", "/axxb"], ["/a/b"]],
    ["/a/[bc]", ["/a/b", "/a/c"], ["/a/d", "/a/bc"]],
    ["/a/[!bc]", ["/a/d"], ["/a/b", "/a/"]],
    ["/a/[^b-d]x", ["/a/ax", "/a/ex"], ["/a/cx"]],
    ["/a/[a-cx-z]", ["/a/b", "/a/y"], ["/a/m"]],
    ["/a/[]x]", ["/a/]", "/a/x"], ["/a/y"]],
    ["/a/[-x]", ["/a/-", "/a/x"], ["/a/y"]],
    ["/a/[x-]", ["/a/-", "/a/x"], ["/a/y"]],
    ["/a/[bc", ["/a/[bc"], ["/a/b"]],
    ["/a/[b/c]", ["/a/[b/c]"], ["/a/b"]],
    ["/a/{b,c}.x", ["/a/b.x", "/a/c.x"], ["/a/d.x", "/a/{b,c}.x"]],
    ["/a/{b,c/{d,e}}", ["/a/b", "/a/c/d", "/a/c/e"], ["/a/c"]],
    ["/a/\\*", ["/a/*"], ["/a/b"]],
    ["/a/\\{b", ["/a/{b"], ["/a/b"]],
    ["/a/B", ["/a/B"], ["/a/b"]],
    ["/*a*b*c", ["/abc", "/xaxbxc"], ["/acb", "/ab"]],
    ["/a/**/b/**/c", ["/a/b/c", "/a/x/b/y/z/c"], ["/a/c", "/a/b"]],
  ])("%s", (pattern, yes, no) => {
    const glob = compileGlob(pattern);
    expect(yes.filter(file => !glob.matches(file))).toEqual([]);
    expect(no.filter(file => glob.matches(file))).toEqual([]);
  });

  it("folds case and takes both separators on Windows", () => {
    const glob = compileGlob("C:\\W\\**\\*.Env", "windows");
    expect(["c:\\w\\a.env", "C:/W/b/C.ENV"].every(file => glob.matches(file))).toBe(true);
    expect(glob.matches("D:\\w\\a.env")).toBe(false);
  });

  it.each(["/a/[z-a]", "/a/{b", "/a/b}", "/a/b\\", `/${"{a,b}".repeat(9)}`])("refuses %s", pattern => {
    expect(() => compileGlob(pattern)).toThrow(PermissionsError);
    expect(() => compileGlob(pattern)).toThrow(/^invalid glob pattern `/);
  });

  it("agrees with a search that tries everything", () => {
    const piece = fc.constantFrom("a", "b", "*", "?", "**", "/", "[ab]", "[!a]");
    const pattern = fc.array(piece, { maxLength: 8 }).map(parts => `/${parts.join("")}`);
    const file = fc.array(fc.constantFrom("a", "b", "c", "/"), { maxLength: 8 }).map(parts => `/${parts.join("")}`);
    fc.assert(
      fc.property(pattern, file, (glob, subject) => {
        expect(compileGlob(glob).matches(subject)).toBe(naive(glob.split("/"), subject.split("/")));
      }),
      { numRuns: 5_000 },
    );
  });

  it("throws nothing but its own error on any text", () => {
    const text = fc.string({
      unit: fc.oneof(fc.constantFrom(..."*?[]{},!^-\\/a"), fc.string({ minLength: 1, maxLength: 1 })),
    });
    fc.assert(
      fc.property(text, text, (pattern, subject) => {
        try {
          compileGlob(pattern).matches(subject);
        } catch (error) {
          if (!(error instanceof PermissionsError)) throw error;
        }
      }),
      { numRuns: 5_000 },
    );
  });

  it("answers on hostile patterns without exploding", () => {
    const stars = compileGlob(`/${"*a".repeat(2_000)}*b`);
    expect(stars.matches(`/${"a".repeat(5_000)}`)).toBe(false);
    const deep = compileGlob(`/${"**/a/".repeat(500)}b`);
    expect(deep.matches(`/${"a/".repeat(2_000)}c`)).toBe(false);
  });
});

/** Segments of a pattern against components, by trying every way. */
function naive(pattern: string[], parts: string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return parts.length === 0;
  if (first === "**") {
    if (rest.length === 0) return parts.length > 0;
    return naive(rest, parts) || (parts.length > 0 && naive(pattern, parts.slice(1)));
  }
  const source = first.replaceAll(/\*+/g, ".*").replaceAll("?", ".");
  return (
    parts.length > 0 &&
    new RegExp(`^(?:${source.replaceAll("[!", "[^")})$`, "s").test(parts[0] ?? "") &&
    naive(rest, parts.slice(1))
  );
}

describe("what a glob is known by", () => {
  it("is its fixed folder", () => {
    expect(globStaticPrefix("/a/b/*.x")).toBe("/a/b");
    expect(globStaticPrefix("/a/b*")).toBe("/a");
    expect(globStaticPrefix("/*")).toBe("/");
    expect(globStaticPrefix("/a{b,c}")).toBe("/");
    expect(globStaticPrefix("/a/b")).toBe("/a/b");
    expect(globStaticPrefix("*.x")).toBeNull();
    expect(globStaticPrefix("a*")).toBeNull();
    expect(globStaticPrefix("C:\\w\\*")).toBe("C:\\w");
    expect(globStaticPrefix("C:\\*")).toBe("C:\\");
  });

  it("are four characters in configuration files", () => {
    expect(["*", "?", "[", "]"].every(hasGlobCharacters)).toBe(true);
    expect(hasGlobCharacters("/a/{b}\\!")).toBe(false);
  });
});

describe("direct reads", () => {
  it("are not looked at where nothing is denied", () => {
    expect(compileReadDeny(restricted([root("read")]), context())).toBeNull();
    expect(compileReadDeny({ kind: "unrestricted", entries: [path(O, "none")] }, context())).toBeNull();
    expect(isReadDenied(restricted([root("read")]), "/x", context())).toBe(false);
  });

  it("are denied below a denied root and where a glob matches the path itself", () => {
    const matcher = compileReadDeny(restricted([root("read"), path(O, "none"), deny("**/secret")]), context());
    expect(matcher?.denial(`${O}/a`)).toEqual({ by: "root", root: O, path: `${O}/a` });
    expect(matcher?.denial("x/secret")).toEqual({ by: "glob", pattern: `${W}/**/secret`, path: `${W}/x/secret` });
    expect(matcher?.denies("x/secret/k")).toBe(false);
    expect(matcher?.denies("/secret")).toBe(false);
  });

  it("are denied under a denied root even where a narrower entry grants", () => {
    const policy = restricted([path(O, "none"), path(`${O}/open`, "read")]);
    expect(isReadDenied(policy, `${O}/open/x`, context())).toBe(true);
  });

  it("are not denied by a root that a grant outranks, nor by the denied file-system root", () => {
    const policy = restricted([root("none"), cwd("read"), deny("/z/*")]);
    expect(isReadDenied(policy, "a", context())).toBe(false);
    expect(isReadDenied(policy, "/elsewhere", context())).toBe(false);
  });

  it("cannot go around a denial by a link, from either side", () => {
    const nodes = {
      [`${O}/key`]: { file: "k" },
      [`${W}/link`]: { link: `${O}/key` },
      [`${W}/d`]: { link: O },
    } as const;
    const ctx = context(nodes);
    expect(isReadDenied(restricted([root("read"), path(`${O}/key`, "none")]), "link", ctx)).toBe(true);
    expect(isReadDenied(restricted([root("read"), path(`${W}/d`, "none")]), `${O}/key`, ctx)).toBe(true);
    expect(isReadDenied(restricted([root("read"), deny(`${O}/k*`)]), "d/key", ctx)).toBe(true);
    expect(isReadDenied(restricted([root("read"), deny(`${O}/k*`)]), "d/other", ctx)).toBe(false);
  });

  it("are denied below an alias too, where nothing exists yet", () => {
    const ctx = context({ "/private/tmp": "dir", "/tmp": { link: "/private/tmp" } });
    const policy = restricted([root("read"), path("/tmp/x", "none")]);
    expect(isReadDenied(policy, "/tmp/x/new", ctx)).toBe(true);
    expect(isReadDenied(policy, "/private/tmp/x/new", ctx)).toBe(true);
  });

  it("are all denied when a pattern is invalid", () => {
    const matcher = compileReadDeny(restricted([root("read"), deny("/a/[z-a]")]), context());
    expect(matcher?.denial("/b")).toEqual({ by: "invalid-glob", pattern: "/a/[z-a]", path: "/b" });
  });
});
