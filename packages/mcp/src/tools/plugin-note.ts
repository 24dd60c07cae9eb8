/** A tool's description with the plugins that it came with. */
export function describeWithPlugins(description: string | undefined, plugins: readonly string[]): string | undefined {
  if (plugins.length === 0) return description;
  const names = plugins.map(name => `\`${name}\``).join(", ");
  const note = `This tool is part of ${plugins.length === 1 ? "plugin" : "plugins"} ${names}.`;
  const text = description?.trim() ?? "";
  if (text === "") return note;
  return `${text}${/[.!?]$/.test(text) ? " " : ". "}${note}`;
}
