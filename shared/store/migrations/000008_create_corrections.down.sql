DROP TABLE misconfigured_sources;
DROP VIEW located_networks;
DROP INDEX user_networks_address;
ALTER TABLE user_networks ADD COLUMN trusted_until timestamptz;
ALTER TABLE user_devices ADD COLUMN trusted_until timestamptz;
ALTER TABLE users ADD COLUMN trusted boolean NOT NULL DEFAULT false;
DROP TABLE trusted_entries;
DROP TABLE network_overrides;
