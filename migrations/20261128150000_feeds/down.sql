DROP INDEX articles_withdrawn_idx;
