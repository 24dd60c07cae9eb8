export { type BrowserLogin, type BrowserLoginOptions, startBrowserLogin } from "./browser.ts";
export { type DeviceLogin, type DeviceLoginOptions, startDeviceLogin } from "./device.ts";
export { LoginError } from "./issuer.ts";
