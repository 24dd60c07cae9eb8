import { lowerAscii } from "./normalize.ts";

/** What a domain pattern names, for comparing patterns with each other. */
type DomainPattern =
  | { kind: "exact"; domain: string }
  /** Strict subdomains (`*.d`). */
  | { kind: "sub"; domain: string }
  /** The domain and its subdomains (`**.d`). */
  | { kind: "apex"; domain: string };

/** Whether everything that `candidate` names is named by `managed` (section 1.4). */
export function patternCovers(managed: string, candidate: string): boolean {
  const outer = readPattern(managed);
  const inner = readPattern(candidate);
  switch (outer.kind) {
    case "exact":
      return inner.kind === "exact" && inner.domain === outer.domain;
    case "sub":
      return inner.kind === "sub" ? isWithin(inner.domain, outer.domain) : isBelow(inner.domain, outer.domain);
    case "apex":
      return isWithin(inner.domain, outer.domain);
  }
}

function readPattern(pattern: string): DomainPattern {
  const trimmed = pattern.trim();
  if (trimmed.startsWith("**.")) return { kind: "apex", domain: domainOf(trimmed.slice(3)) };
  if (trimmed.startsWith("*.")) return { kind: "sub", domain: domainOf(trimmed.slice(2)) };
  return { kind: "exact", domain: domainOf(trimmed) };
}

function domainOf(text: string): string {
  const domain = lowerAscii(text.trim()).replace(/\.+$/, "");
  if (/[*?%]/.test(domain) || domain === "") return domain;
  try {
    return new URL(`http://${domain}`).hostname || domain;
  } catch {
    return domain;
  }
}

function isBelow(domain: string, parent: string): boolean {
  return domain.length > parent.length + 1 && domain.endsWith(`.${parent}`);
}

function isWithin(domain: string, parent: string): boolean {
  return domain === parent || isBelow(domain, parent);
}
