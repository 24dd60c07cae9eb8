export function afterTest(cleanup: () => unknown): void;
