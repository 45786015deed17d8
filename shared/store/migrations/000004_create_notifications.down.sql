DROP TABLE deliveries;
DROP TABLE outbox;
DROP TABLE notification_channels;
