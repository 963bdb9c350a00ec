import { Router } from 'express';
import { requirePermission, requireViewer } from '../../platform/http/guards.js';
import { renderPage } from '../../platform/http/pages.js';
import { can } from '../accounts/viewer.domain.js';

declare module '../../platform/http/pages.js' {
  interface Pages {
    'desk/index': {
      /** Where bookings are offered by default, IANA. */
      readonly timeZone: string;
      readonly canDial: boolean;
      readonly canSchedule: boolean;
      /** About the customer of a call: create one, choose one, add the call's number to the one chosen. */
      readonly canCreateCustomer: boolean;
      readonly canListCustomers: boolean;
      readonly canEditCustomer: boolean;
    };
  }
}

/** The agent's page. All that moves on it comes over the socket. */
export function createDeskRouter(deps: { readonly timeZone: string }): Router {
  const router = Router();
  router.get('/', requirePermission('voice.desk'), (req, res) => {
    const viewer = requireViewer(req);
    renderPage(res, 'desk/index', {
      timeZone: deps.timeZone,
      canDial: can(viewer, 'voice.outbound'),
      canSchedule: can(viewer, 'callbacks.schedule'),
      canCreateCustomer: can(viewer, 'customers.create'),
      canListCustomers: can(viewer, 'customers.list'),
      canEditCustomer: can(viewer, 'customers.edit'),
    });
  });
  return router;
}
