/** As a `ref`, it puts the focus there once the element is. `autoFocus` is only good for a page that is just opened, except in React. */
export const focused = (element: HTMLElement | null): void => element?.focus()
