DROP TABLE trust_ledger;
DROP TABLE analytics_user_trust;
DROP TABLE analytics_sharing_violations;
DROP TABLE analytics_sharing_rules;
