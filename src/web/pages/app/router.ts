import { createStore } from './settable.ts'
import { pathOf, routeOf, sideOf, type Route, type Side } from './route.ts'
import type { Store } from 'veza-js-sdk'

export interface Place {
  route: Route
  side: Side | null
  /** Another number each time one goes somewhere, also to where one is. */
  visit: number
}

export interface Router extends Store<Place> {
  /** A new step of the history, or with `replace` in place of this one. */
  go(route: Route, how?: { side?: Side | null; replace?: boolean }): void
  /** Opens or closes the pane beside. Closing what was opened here goes back, so that the history has no detours. */
  show(side: Side | null): void
  /** The message that the address names is not what one looks at any more. */
  forgetMessage(): void
  /** Whether one has gone anywhere since the browser opened the page. */
  hasMoved(): boolean
}

interface Step {
  side: Side | null
  visit: number
  /** The step before is the same place with the pane closed. */
  beside?: boolean
  /** Where the conversation is while the address is that of a thread. */
  message?: number | null
}

/** The address line as a store. */
export function createRouter(): Router {
  const read = (): Place => {
    const route = routeOf(location.pathname)
    const now = step()
    if (now === null) return { route, side: sideOf(location.pathname), visit: 0 }
    const { side, visit, message } = now
    return { route: route.at === 'conversation' && message !== undefined ? { ...route, message } : route, side, visit }
  }
  const store = createStore(read())
  rightAddress(store.get())
  let has_moved = false
  /** Going back takes the browser a moment; a step made in it would be undone, so it waits here. */
  let returning: { next: (() => void) | null } | null = null
  addEventListener('popstate', () => {
    const next = returning?.next ?? null
    returning = null
    has_moved = true
    if (next === null) store.set(read())
    else next()
  })
  const afterReturn = (next: () => void) => {
    if (returning === null) next()
    else returning.next = next
  }

  const write = (place: Place, beside: boolean, replace: boolean) => {
    const { route, side, visit } = place
    const is_thread = route.at === 'conversation' && side?.show === 'thread'
    const state: Step = { side, visit, ...(beside && { beside }), ...(is_thread && { message: route.message }) }
    const path = pathOf(route, side)
    if (replace) history.replaceState(state, '', path)
    else history.pushState(state, '', path)
    has_moved = true
    store.set(place)
  }
  const go: Router['go'] = (route, { side = null, replace = false } = {}) => {
    const here = store.get()
    const same = pathOf(route) === pathOf(here.route) && side === null && here.side === null
    write({ route, side, visit: Date.now() }, false, replace || same)
  }
  const show: Router['show'] = (side) => {
    const here = store.get()
    if (side === null && here.side === null) return
    const is_beside = step()?.beside === true
    if (side === null && is_beside) {
      // At once: the history takes a moment, in which somebody may close it again.
      store.set({ ...here, side })
      returning = { next: null }
      history.back()
      return
    }
    const opens = here.side === null
    write({ ...here, side }, side !== null && (opens || is_beside), side === null || !opens)
  }
  const forgetMessage: Router['forgetMessage'] = () => {
    const { route, ...here } = store.get()
    if (route.at !== 'conversation' || route.message === null) return
    // One step back is where the message was: closing what is beside is not to lead there.
    write({ ...here, route: { ...route, message: null } }, false, true)
  }

  return {
    get: store.get,
    subscribe: store.subscribe,
    go: (route, how) => afterReturn(() => go(route, how)),
    show: (side) => {
      if (side !== null || store.get().side !== null) afterReturn(() => show(side))
    },
    forgetMessage: () => afterReturn(forgetMessage),
    hasMoved: () => has_moved,
  }
}

/** A conversation has one address, however that was typed. */
function rightAddress({ route, side }: Place): void {
  const path = pathOf(route, side)
  if (route.at === 'conversation' && path !== location.pathname) history.replaceState(history.state, '', path)
}

const step = (): Step | null => history.state as Step | null
