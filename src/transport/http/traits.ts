/** What the hooks before a route do, so that a document of the routes knows it from the wiring itself: nobody has to say it twice. */
type Trait = 'guarded' | 'limited' | 'cookies'

const traits = new WeakMap<object, Trait>()

/** Marks a hook. */
export function trait<Hook extends object>(name: Trait, hook: Hook): Hook {
  traits.set(hook, name)
  return hook
}

/** The marks of all hooks of a route. */
export const traitsOf = (hooks: object): ReadonlySet<Trait> =>
  new Set(
    Object.values(hooks)
      .filter((each): each is { fn?: object }[] => Array.isArray(each))
      .flat()
      .flatMap(({ fn }) => (typeof fn === 'function' ? (traits.get(fn) ?? []) : [])),
  )
