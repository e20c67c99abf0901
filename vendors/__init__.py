"""The stalls: vendors, their licences and bank accounts, their listings, curation."""
