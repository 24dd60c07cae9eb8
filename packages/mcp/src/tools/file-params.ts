/** The inputs that a tool declares to be files: the non-empty texts of `_meta["openai/fileParams"]`. */
export function declaredOpenaiFileInputParamNames(meta: unknown): string[] {
  if (typeof meta !== "object" || meta === null) return [];
  const names: unknown = Reflect.get(meta, "openai/fileParams");
  return Array.isArray(names) ? names.filter(name => typeof name === "string" && name !== "") : [];
}
