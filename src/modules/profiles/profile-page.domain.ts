import { PERMISSION_GROUPS, type Permission, type PermissionGroup } from '../../shared/permissions.js';
import { type MessageKey, type Translate } from '../../shared/i18n/messages.js';

/** One box of the matrix. */
export interface PermissionBox {
  readonly code: Permission;
  readonly label: string;
  readonly checked: boolean;
  /** What it is now where somebody else has changed it meanwhile: `given` or `taken`; null where nothing differs. */
  readonly theirs: 'given' | 'taken' | null;
}

/** One tab of the matrix. */
export interface PermissionTab {
  readonly group: PermissionGroup;
  readonly label: string;
  readonly boxes: readonly PermissionBox[];
  readonly held: number;
}

/**
 * The matrix as its tabs show it.
 *
 * @param stored what is stored now, when the form was overtaken; null otherwise
 */
export function permissionTabs(
  ticked: ReadonlySet<string>,
  stored: ReadonlySet<Permission> | null,
  t: Translate,
): readonly PermissionTab[] {
  return (Object.keys(PERMISSION_GROUPS) as PermissionGroup[]).map((group) => {
    const boxes = PERMISSION_GROUPS[group].map((code: Permission): PermissionBox => {
      const checked = ticked.has(code);
      const differs = stored !== null && stored.has(code) !== checked;
      return {
        code,
        label: t(`permissions:${code}` satisfies MessageKey),
        checked,
        theirs: differs ? (checked ? 'taken' : 'given') : null,
      };
    });
    return {
      group,
      label: t(`permissions:group-${group}` satisfies MessageKey),
      boxes,
      held: boxes.filter(({ checked }) => checked).length,
    };
  });
}
