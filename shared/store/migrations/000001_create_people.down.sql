DROP TABLE user_networks;
DROP TABLE user_devices;
DROP TABLE user_accounts;
DROP TABLE users;
