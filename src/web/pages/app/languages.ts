/** Of the app. Apart from what keeps the choice, so that the tables of words need no browser. */
export type Locale = 'en' | 'fr'
