/** Beside a page it goes into the page's style sheet; `with { type: 'text' }`, as the widget has it, it is a text for a shadow root. */
declare module '*.css' {
  const text: string
  export default text
}
