-- Episodes without numbers had the key of their show alone, so that all of a show were one work; photos of
-- one name, which cameras give again and again, were one, too. Let the next scan write them anew.
UPDATE library_items
SET digest = ''
WHERE content_type = 'photo' OR (
    content_type = 'tvshow_episode'
    AND (season_number IS NULL OR episode_number IS NULL)
    AND provider_keys <> '{}'
);
