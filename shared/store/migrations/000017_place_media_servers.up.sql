-- Where a media server is, as an operator says: country, region, city, latitude, longitude and
-- accuracy_radius_km, each optional. NULL leaves it to the server's own public address.
ALTER TABLE media_servers ADD COLUMN place jsonb;
