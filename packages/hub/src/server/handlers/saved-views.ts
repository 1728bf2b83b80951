import type { savedViewRoutes } from '@lanner/api/http';
import { AppError } from '@lanner/core';
import type { Call, Handlers } from '../api.ts';
import { ownPlace } from '../own-place.ts';
import { ownerOf, type SavedView, type SavedViews, type ViewInput } from '../saved-views.ts';
import { mayDo } from '../tokens.ts';

type Asker = Pick<Call, 'principal' | 'session'>;

export function savedViewHandlers(views: SavedViews): Handlers<typeof savedViewRoutes> {
  const changeable = (call: Asker & Pick<Call, 'params'>): SavedView => {
    const view = views.get(call.params['id'] ?? '', ownerOfCall(call));
    if (!mayChange(view, call)) {
      throw new AppError('access.denied', `only ${view.by} or an administrator changes this view`);
    }
    return view;
  };
  return {
    listSavedViews(call) {
      return Promise.resolve({ views: views.list(ownerOfCall(call)).map((view) => shown(view, call)) });
    },
    getSavedView(call) {
      return Promise.resolve(shown(views.get(call.params['id'] ?? '', ownerOfCall(call)), call));
    },
    async createSavedView(call) {
      const { name, isShared } = call.body;
      checkSharing(isShared, call);
      const input = { name, isShared, place: checkedPlace(call.body.place) };
      return shown(await views.create(input, call.principal.name, ownerOfCall(call), call.nowMs), call);
    },
    async changeSavedView(call) {
      const view = changeable(call);
      const { name = view.name, isShared = view.isShared } = call.body;
      checkSharing(isShared && !view.isShared, call);
      const place = call.body.place === undefined ? view.place : checkedPlace(call.body.place);
      const input: ViewInput = { name, isShared, place };
      return shown(await views.change(view, input, call.nowMs), call);
    },
    async removeSavedView(call) {
      await views.remove(changeable(call));
      return { ok: true };
    },
  };
}

function ownerOfCall({ principal, session }: Asker): string {
  return ownerOf({ name: principal.name, isPerson: session !== null });
}

function mayChange({ owner }: SavedView, call: Asker): boolean {
  return owner === ownerOfCall(call) || mayDo(call.principal, 'admin');
}

function checkSharing(isWanted: boolean, { principal }: Asker): void {
  if (isWanted && !mayDo(principal, 'triage')) {
    throw new AppError('access.denied', `${principal.name} may not share views: it needs the role triage`, {
      hint: 'Save it for yourself, or ask an administrator.',
    });
  }
}

function checkedPlace(text: string): string {
  const place = ownPlace(text);
  if (place === null) {
    throw new AppError('usage.invalid', 'place: is no address on this page', {
      hint: 'It begins with / and has no host, such as /events?from=24h.',
    });
  }
  return place;
}

function shown({ id, name, place, isShared, by, changedMs, ...rest }: SavedView, call: Asker) {
  const view = { id, name, place, isShared, by, changedMs };
  return { ...view, mayChange: mayChange({ ...view, ...rest }, call) };
}
