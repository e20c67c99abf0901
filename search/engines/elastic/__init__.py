"""The Elasticsearch engine: an index beside the database, told of every change, built anew under traffic."""
