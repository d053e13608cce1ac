/** What the service `campaigns` answers in this example. In earnest it would be a function that asks a database. */
export const bookedCampaigns: ReadonlyMap<string, { readonly name: string }> = new Map(
  [
    'Spring sale',
    'Bird of May',
    'Free delivery',
    'Night train',
    'Two for one',
    'Last seats',
    'Autumn colours',
    'Learn Danish',
    'Mountain air',
    'Good coffee',
  ].map((name, i) => [`c${i + 1}`, { name }]),
)
