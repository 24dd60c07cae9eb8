export function mergeChunks(dist: string, options?: { light?: string[]; leave?: string[] }): Promise<void>;
