/** As it is now, where it may change. */
export const languageOf = <L extends string>({ locale }: { locale?: L | (() => L) | undefined }): L | undefined =>
  typeof locale === 'function' ? locale() : locale
