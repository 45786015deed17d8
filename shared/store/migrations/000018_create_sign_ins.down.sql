DROP TABLE request_counts;
DROP TABLE sign_ins;
DROP TABLE former_api_keys;
ALTER TABLE api_keys DROP COLUMN rotated_at;
