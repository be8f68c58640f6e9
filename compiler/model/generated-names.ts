import { pascalCase } from "./typescript-names.js";

/**
 * What generated files call things, beside what a definition names: one list for those who declare these names and those
 * who keep definitions from declaring them again.
 */
export const deviceTypes = [
  "Feature",
  "Offer",
  "Constant",
  "SharedMemory",
  "Capability",
  "ResourceObject",
  "DevicePart",
  "AdministrationData",
  "Administration",
  "Handlers",
  "Config",
  "ConfigHandlers",
  "Pools",
  "With",
  "Lane",
  "Device",
  "ConfigFields",
  "Traffic",
  "Driver",
  "Description",
  "Definition",
] as const;

/** What follows a device's own name in a type that every device may have: `Device` of `BlkDevice`. */
export type DeviceTypeSuffix = (typeof deviceTypes)[number];

/** Those that are put together from parts where they depend on features: `BlkConfigAlways`, `BlkConfigIfMqOrRss`. */
export type GatedTypeSuffix = "Handlers" | "Config" | "ConfigHandlers" | "Pools";
const gatedTypes: readonly GatedTypeSuffix[] = ["Handlers", "Config", "ConfigHandlers", "Pools"];
export const ALWAYS = "Always";
export const IF = "If";

/** What generated files import from the runtime. */
export const runtimeNames = [
  "AdministrationCodec",
  "BufferSlot",
  "CODEGEN_INTERFACE_1",
  "ConfigSpace",
  "Defaulted",
  "Device",
  "DeviceDefinition",
  "DeviceDescription",
  "DeviceSetup",
  "DriverSetup",
  "DriverSide",
  "IntegerArray",
  "IntegerList",
  "IntegerRowList",
  "IntegerRows",
  "MessageLayout",
  "Pool",
  "PoolBuffer",
  "Present",
  "ReadablePayload",
  "Request",
  "StructArray",
  "StructList",
  "StructView",
  "Term",
  "WritablePayload",
  "checkIndex",
  "hasBit64",
  "isPowerOfTwo",
  "isSafeI64",
  "isSafeU64",
  "readI64",
  "readText",
  "readU64",
  "writeI64",
  "writeText",
  "writeU64",
] as const;
export type RuntimeName = (typeof runtimeNames)[number];

/** Global types that generated files use, and that a definition could hide. */
const globals = ["Uint8Array"];

/** Plain values of a struct: `BlkGeometryFields`. */
export function fieldsTypeName(structType: string): string {
  return `${structType}Fields`;
}

/** Whether a device's name followed by this word is a type of every device, so that an item needs another one. */
export function isDeviceType(word: string): boolean {
  const isFixed = (deviceTypes as readonly string[]).includes(word);
  return isFixed || gatedTypes.some((whole) => word === whole + ALWAYS || word.startsWith(whole + IF));
}

/** Whether a finished name is one that generated files have from elsewhere. */
export function isForeignType(name: string): boolean {
  return (runtimeNames as readonly string[]).includes(name) || globals.includes(name);
}

/** What gives a type its name. */
export type ItemSort = "Names" | "Struct" | "Message" | "Kind";

/** What an item is called after its device's name: `Request`; `ConfigMessage` where every device has a `Config`. */
export function itemTypeName(name: string, sort: ItemSort): string {
  const word = pascalCase(name);
  return isDeviceType(word) ? word + sort : word;
}
