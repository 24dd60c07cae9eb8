export * from "../models/content.ts";
export * from "../models/response-item.ts";
