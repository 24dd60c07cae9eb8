/** How far commands are confined on Windows (section 9). */
export type WindowsSandboxLevel = "disabled" | "restricted-token" | "elevated";
