import { blocks } from './blocks.ts'

/*
 * Stands for the package `marked` in the widget's bundle, where that would be a quarter of the size: only the marks that a message has, in the tokens that the components read. A test holds both to
 * the same result.
 */

/** `new Lexer(options).lex(text)`, with the options of the components. */
export function Lexer() {
  return { lex: blocks }
}

/** What the components switch off of the real one is not here to begin with. */
export function Tokenizer() {
  return {}
}
