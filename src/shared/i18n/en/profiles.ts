import { type profiles as source } from '../pt-BR/profiles.js';
import { type Translation } from '../translation.js';

export const profiles: Translation<typeof source> = {
  'own-administration': 'You would lose your own administration. Ask another administrator to make this change.',
  'last-administrator':
    'No active administrator with “Administration”, “Edit profiles” and “Edit users” would be left. Give somebody else these permissions first.',

  'new-title': 'New profile',
  copy: 'Copy',
  'copy-of': 'Copy of {{name}}',
  'name-label': 'Name',
  'select-tab': 'Select all',
  'clear-tab': 'Clear all',
  'tab-count': '{{held}} of {{all}}',
  'tabs-label': 'Groups of permissions',
  'who-uses': 'Who uses this profile',
  'nobody-uses': 'Nobody uses this profile.',
  'more-users_one': 'and {{count}} more user',
  'more-users_other': 'and {{count}} more users',
  'inactive-user': 'inactive',
  'only-look': 'You may look at this profile, but not change it.',
  'theirs-given': 'Now it is ticked',
  'theirs-taken': 'Now it is not ticked',
  'name-taken': 'There is already a profile with this name.',
  'permissions-differ': 'Permissions that differ now: {{names}}.',
  'delete-title': 'Delete profiles',
  'delete-ask_one': 'Delete this profile? This cannot be undone.',
  'delete-ask_other': 'Delete these {{count}} profiles? This cannot be undone.',
  deleted_one: '{{count}} profile was deleted.',
  deleted_other: '{{count}} profiles were deleted.',
  'none-ticked': 'Tick the profiles to delete in the list.',
  'in-use_one': '“{{name}}” cannot be deleted: {{count}} user has this profile. Give that user another one first.',
  'in-use_other': '“{{name}}” cannot be deleted: {{count}} users have this profile. Give them another one first.',
  created: 'The profile “{{name}}” was created.',
  'applies-now': 'Changes apply at once, also on pages that are already open.',
};
