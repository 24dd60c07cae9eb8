export * from "../v1/approvals.ts";
export * from "../v1/conversations.ts";
export * from "../v1/initialize.ts";
export * from "../v1/input-item.ts";
export * from "../v1/retired-conversations.ts";
export * from "../v1/retired-settings.ts";
