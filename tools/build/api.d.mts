/** The public face of a package as one Markdown text: the declarations of what each entry of its `exports` exports. */
export function apiReport(dir: string): string;
