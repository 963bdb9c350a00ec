/** A device by the browser's id, which differs from site to site and may change, and by the name it gives it. */
export interface Device {
  readonly id: string;
  readonly label: string;
}

export type DeviceUse = 'microphone' | 'speaker' | 'ringer';

/** What the browser calls the entry that stands for whatever the system uses. */
export const DEFAULT_ID = 'default';

/** Windows lists the system's default and its device for calls a second time, under a prefix in its own language. */
const ALIAS = /^(?:default|padrão|predeterminado|communications|comunicações|comunicaciones)\s*-\s*/i;
/** Chromium ends the name of a USB device with the ids of vendor and product. */
const USB_IDS = /\s*\([0-9a-f]{4}:[0-9a-f]{4}\)$/i;
/** Windows counts the same headset anew at another socket: "(2- Jabra Link)". */
const SOCKET_NUMBER = /\(\d+\s*-\s*/;

/** The name people know a device by. */
export function nameOf(label: string): string {
  return label.replace(ALIAS, '').replace(USB_IDS, '').trim();
}

/** The devices of one kind, without those the browser does not tell of before it may, and without aliases for calls. */
export function devicesOf(
  infos: readonly Pick<MediaDeviceInfo, 'kind' | 'deviceId' | 'label'>[],
  kind: 'audioinput' | 'audiooutput',
): readonly Device[] {
  return infos
    .filter((info) => info.kind === kind && info.deviceId !== '' && info.deviceId !== 'communications')
    .map(({ deviceId, label }) => ({ id: deviceId, label }));
}

/**
 * The device that was chosen: by its id; or, where that has changed, by its name. The system's default is only an answer
 * where no device of its own has the name. Null where it is not there.
 */
export function findDevice(devices: readonly Device[], wanted: Device): Device | null {
  const own = devices.filter(({ id }) => id !== DEFAULT_ID);
  const byId = own.find(({ id }) => id === wanted.id);
  if (byId !== undefined) return byId;
  const key = keyOf(wanted.label);
  if (key === '') return null;
  const isNamed = ({ label }: Device): boolean => keyOf(label) === key;
  return own.find(isNamed) ?? devices.find(isNamed) ?? null;
}

/** The name of what the system uses by default, where the browser says it. */
export function defaultName(devices: readonly Device[]): string | null {
  const entry = devices.find(({ id }) => id === DEFAULT_ID);
  return entry === undefined || entry.label === '' ? null : nameOf(entry.label);
}

export function isSameDevice(a: Device, b: Device): boolean {
  return (a.id === b.id && a.id !== DEFAULT_ID) || (keyOf(a.label) !== '' && keyOf(a.label) === keyOf(b.label));
}

function keyOf(label: string): string {
  return nameOf(label).replace(SOCKET_NUMBER, '(').toLowerCase();
}
