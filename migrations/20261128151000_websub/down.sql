DROP TABLE websub;
